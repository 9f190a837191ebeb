"""Values of several parts as people write them in one cell: addresses, places, lengths of time, choices in steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from metamodel.definition import Json
from metamodel.field_type import invalid

#: cities that are provinces as well; the official divisions put one nameless city into each
MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
PROVINCE = re.compile(r"(?:(?:北京|天津|上海|重庆)市?|[^\s省市区县]{2,8}?(?:省|自治区|特别行政区))")
CITY = re.compile(r"(?:市辖区|[^\s市盟区县]{1,12}?(?:自治州|地区|盟|市))")
# A town, village or road on the way means that what ends like a district is the name of something else.
DISTRICT = re.compile(r"[^\s\d市县区旗][^\s\d市县区旗镇乡村路号]{0,9}?(?:自治县|自治旗|林区|特区|新区|区|县|市|旗)")
BETWEEN = re.compile(r"[\s/／,，\-—]+")
NUMBER = r"[+-]?\d+(?:\.\d+)?"
PLACE = re.compile(rf"[(（\[]?\s*({NUMBER})°?\s*[,，;；\s]\s*({NUMBER})°?\s*[)）\]]?")
CLOCK = re.compile(r"(-?)(\d{1,6})[:：]([0-5]\d)(?:[:：]([0-5]\d))?")
LENGTH = re.compile(
    r"(-?)(?:([\d.]+)\s*(?:天|日|days?|d))?\s*(?:([\d.]+)\s*(?:小时|时|hours?|hrs?|h))?\s*"
    r"(?:([\d.]+)\s*(?:分钟|分|minutes?|mins?|m))?\s*(?:([\d.]+)\s*(?:秒钟|秒|seconds?|secs?|s))?",
    re.IGNORECASE,
)
STEPS = re.compile(r"\s*(?:/|／|>|›|→|\\)\s*")
TIME = re.compile(r"(\d{1,2})\s*[:：时點点]\s*(\d{1,2})\s*(?:[:：分]\s*(?:(\d{1,2})\s*秒?)?)?")


def address(config: Any, text: str) -> Json:
    """Province, city and district by their endings, the rest as it stands; a text without them is all rest."""
    found: dict[str, str] = {}
    rest = text
    for name, shape in (("province", PROVINCE), ("city", CITY), ("district", DISTRICT)):
        if name == "city" and found.get("province") in MUNICIPALITIES and not rest.startswith("市辖区"):
            # Files often say it twice: 北京市北京市朝阳区.
            rest = rest.removeprefix(found["province"]).lstrip()
            if DISTRICT.match(rest):
                found["city"] = "市辖区"
            continue
        if (part := shape.match(rest)) and part.end() > 1:
            said = part[0]
            found[name] = f"{said}市" if name == "province" and f"{said}市" in MUNICIPALITIES else said
            after = rest[part.end() :]
            rest = after[between.end() :] if (between := BETWEEN.match(after)) else after
    if rest.strip():
        found["detail"] = rest.strip()
    return found


def location(config: Any, text: str) -> Json:
    """Latitude, then longitude."""
    found = PLACE.fullmatch(text)
    if found is None:
        raise invalid("not_location")
    return {"lat": found[1], "lng": found[2]}


def duration(config: Any, text: str) -> Json:
    """Seconds, hours with minutes after a colon, or days, hours, minutes and seconds in words."""
    if found := CLOCK.fullmatch(text):
        seconds = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4] or 0)
        return -seconds if found[1] else seconds
    found = LENGTH.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return text
    try:
        parts = [Decimal(part or 0) for part in found.groups()[1:]]
    except ArithmeticError:
        return text
    total = sum(part * size for part, size in zip(parts, (86_400, 3_600, 60, 1), strict=True))
    return format(-total if found[1] else total, "f")


def cascade(config: Any, text: str) -> Json:
    """The word or label of a choice, alone or after those it stands under."""
    steps = [step for step in STEPS.split(text) if step]
    known = {option.value: option for option in config.options}
    ends = [option for option in config.options if steps and _called(option, steps[-1])]
    fitting = []
    for option in ends:
        way, at = steps[:-1], option
        while way and at.parent in known and _called(known[at.parent], way[-1]):
            at, way = known[at.parent], way[:-1]
        if not way:
            fitting.append(option.value)
    # A label that stands in two places names neither without its way.
    return fitting[0] if len(fitting) == 1 else text


def _called(option: Any, said: str) -> bool:
    labels = (option.label,) if isinstance(option.label, str) else tuple(option.label.values())
    return said == option.value or said in labels


def clock(config: Any, text: str) -> Json:
    """A time of day, also with Chinese signs."""
    found = TIME.fullmatch(text)
    return f"{found[1]}:{int(found[2]):02d}:{int(found[3] or 0):02d}" if found else text


#: how the text of a cell becomes the JSON form of a value, by field type; the others take the text as it is
READ: Mapping[str, Callable[[Any, str], Json]] = {
    "address": address,
    "location": location,
    "duration": duration,
    "cascade": cascade,
    "time": clock,
}
