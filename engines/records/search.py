"""Quick search: any two characters of a name are enough, Chinese ones too.

It is a LIKE over the fields an entity says are searched: a trigram index finds no names of two characters, so the
scan is the honest choice; it stops at the page's last row.
"""

from __future__ import annotations

from typing import Any

from metamodel.errors import Invalid
from metamodel.issues import Issue

LONGEST = 100


def searching(words: str) -> dict[str, Any]:
    """The parameters of a search; signs that LIKE reads otherwise are taken as they are."""
    if len(words) > LONGEST:
        raise Invalid(
            Issue(code="value.too_long", path=("search",), arguments={"length": len(words), "limit": LONGEST})
        )
    plain = words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {"the_search": f"%{plain}%"}
