"""The browser's types of definitions are those the metamodel makes; run as a program, this file writes them."""

from pathlib import Path

from engines.catalog import CATALOG
from metamodel.application import SORTS, Application
from metamodel.typescript import typescript

PLACE = Path(__file__).resolve().parents[2] / "static" / "src" / "kernel" / "generated" / "definitions.ts"


def made() -> str:
    return typescript([Application, *(cls for _, cls in SORTS.values())], CATALOG)


def test_the_browsers_types_are_fresh() -> None:
    assert PLACE.read_text() == made(), "run `make definitions`"


if __name__ == "__main__":
    PLACE.write_text(made())
