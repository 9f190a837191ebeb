"""A postal address: province, city, district and the rest of the line."""

from __future__ import annotations

import json
from random import Random

from metamodel.definition import Json, definition
from metamodel.field_families import Composite
from metamodel.field_type import invalid, mapping_of, text_of

PARTS = ("province", "city", "district", "detail")


@definition
class Settings:
    """Its settings."""

    detail: bool = True


class Address(Composite):
    """A postal address: province, city, district and the rest of the line."""

    kind = "address"
    Config = Settings
    group = "place"
    icon = "address"

    def coerce(self, config: Settings, value: Json) -> str:
        """Its four parts; others are refused."""
        parts = mapping_of(value)
        unknown = [name for name in parts if name not in PARTS]
        if unknown:
            raise invalid("unknown_part", found=unknown[0])
        kept = {name: text_of(parts[name], 200) for name in PARTS if parts.get(name)}
        return json.dumps(kept, ensure_ascii=False)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return {"province": "浙江省", "city": "杭州市", "district": "西湖区", "detail": f"{random.randint(1, 99)} 号"}
