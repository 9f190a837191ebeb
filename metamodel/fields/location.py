"""A point on the earth in degrees, WGS 84."""

from __future__ import annotations

import json
from random import Random

from metamodel.definition import Json, definition
from metamodel.field_families import Composite
from metamodel.field_type import invalid, mapping_of


@definition
class Settings:
    """Its settings."""


class Location(Composite):
    """A point on the earth in degrees, WGS 84."""

    kind = "location"
    Config = Settings
    group = "place"
    icon = "location"

    def coerce(self, config: Settings, value: Json) -> str:
        """Latitude and longitude within their ranges."""
        parts = mapping_of(value)
        try:
            lat, lng = float(parts["lat"]), float(parts["lng"])
        except (KeyError, TypeError, ValueError):
            raise invalid("not_location") from None
        if not (-90 <= lat <= 90 and -180 <= lng <= 180):
            raise invalid("not_location")
        return json.dumps({"lat": round(lat, 7), "lng": round(lng, 7)})

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return {"lat": round(random.uniform(20, 45), 5), "lng": round(random.uniform(100, 120), 5)}
