"""The one way to write a definition: a frozen dataclass whose properties say what they are, loaded and dumped by that.

A *variant* is a definition whose `type` picks a kind from a registry; the kind's own properties (its `Config`)
stand flat beside the shared ones in JSON and under `config` in memory.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field
from functools import cache
from typing import Any, Literal, TypeVar, Union, dataclass_transform, get_args, get_origin, get_type_hints

from metamodel.issues import Issue, Step, nearest

T = TypeVar("T")
Label = str | Mapping[str, str]
Json = Any
Path = tuple[Step, ...]
Kinds = Mapping[str, Mapping[str, Any]]  # category → kind → an object with a `Config`

NAME = r"[a-z][a-z0-9_]{0,29}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """What a property means beyond its Python type.

    `ref` names the sort of definition it points to ("entity", "field", "path", "relation", "form", …); `expression`
    the type its text must have ("boolean", "any", …); both are read by `references`, pickers and renames, so
    nothing else needs to know where a name is used. `within` names the sibling property whose entity a field
    reference or an expression is about, where that isn't the nearest enclosing entity. `leads` says what the records
    that a property leads to are for everything that stands beside and below it: `far` ones are made or changed
    (`within="settings"`), `row` ones are read (`within="row"`).
    """

    ref: str = ""
    expression: str = ""
    within: str = ""
    leads: Literal["", "far", "row"] = ""
    group: Literal["common", "more", "hidden"] = "common"
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None
    widget: str = ""


def prop(default: Any = MISSING, *, factory: Callable[[], Any] | Any = MISSING, **meaning: Any) -> Any:
    """A property with a meaning (see `Prop`)."""
    metadata = {"prop": Prop(**meaning)}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(prop, field))
def definition(cls: type[T] | None = None, *, variant: str = "") -> Any:
    """Make `cls` a definition. `variant` is the category of kinds that its `type` chooses from."""

    def made(body: type[T]) -> type[T]:
        named = {"id", "name"} <= set(getattr(body, "__annotations__", {}))
        if named and "__post_init__" not in body.__dict__:

            def identify(self: Any) -> None:
                if not self.id:
                    object.__setattr__(self, "id", self.name)

            body.__post_init__ = identify  # type: ignore[attr-defined]
        result = dataclass(frozen=True, kw_only=True)(body)
        result.__variant__ = variant  # type: ignore[attr-defined]
        return result

    return made if cls is None else made(cls)


def numbered(items: tuple[T, ...]) -> tuple[T, ...]:
    """Items of a variant with an id each: its own, else its kind, with a number where that is taken."""
    counted: dict[str, int] = {}
    known = {item.id for item in items}  # type: ignore[attr-defined]
    found: list[T] = []
    for item in items:
        name, kind = item.id, item.type  # type: ignore[attr-defined]
        while not name or (not item.id and name in known):  # type: ignore[attr-defined]
            counted[kind] = counted.get(kind, 0) + 1
            name = kind if counted[kind] == 1 else f"{kind}_{counted[kind]}"
        known.add(name)
        found.append(dataclasses.replace(item, id=name))  # type: ignore[type-var]
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property of a definition class as loader, dumper and schema see it."""

    name: str
    hint: Any
    prop: Prop
    default: Any
    required: bool


def properties(cls: type) -> Mapping[str, Property]:
    """The properties of a definition class by name, in the order they were written."""
    return _properties(cls)


@cache
def _properties(cls: Hashable) -> Mapping[str, Property]:
    assert isinstance(cls, type)
    hints = get_type_hints(cls)
    found: dict[str, Property] = {}
    for item in dataclasses.fields(cls):
        default = item.default_factory() if item.default_factory is not MISSING else item.default
        found[item.name] = Property(
            name=item.name,
            hint=hints[item.name],
            prop=item.metadata.get("prop", Prop()),
            default=default,
            required=default is MISSING,
        )
    return found


def variant_of(cls: type) -> str:
    """The category of kinds a definition's `type` chooses from, or "" for an ordinary definition."""
    return str(getattr(cls, "__variant__", ""))


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Property, Any]]:
    """Every property of a definition and of those within it: (path, owner, property, value), outermost first."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for known in properties(type(value)).values():
            item = getattr(value, known.name)
            if known.name == "config" and variant_of(type(value)):
                yield from walk(item, path)
                continue
            yield (*path, known.name), value, known, item
            yield from walk(item, (*path, known.name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk(item, (*path, getattr(item, "id", index)))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(item, (*path, key))


def dump(value: Any) -> Json:
    """A definition as JSON: what equals its default is left out, the id too while it equals the name."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        result: dict[str, Any] = {}
        for known in properties(type(value)).values():
            item = getattr(value, known.name)
            if known.name == "config" and variant_of(type(value)):
                # what no document was read for, a default, has no settings of its kind
                result.update(dump(item) if item is not None else {})
            elif known.name == "id" and item == getattr(value, "name", None):
                continue
            elif known.required or item != known.default:
                result[known.name] = dump(item)
        return result
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    if isinstance(value, Mapping):
        return {key: dump(item) for key, item in value.items()}
    return value


class Loader:
    """Reads documents into definitions, gathering every issue instead of stopping at the first."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.issues: list[Issue] = []

    def note(self, code: str, path: Path, **arguments: Any) -> None:
        """Remember that something is wrong at `path`."""
        self.issues.append(Issue(code=code, path=path, arguments=arguments))

    def definition(self, cls: type[T], document: Json, path: Path = ()) -> T | None:
        """One definition; None when what is wrong leaves nothing to build it from."""
        if not isinstance(document, Mapping):
            self.note("definition.not_object", path, found=_said(document))
            return None
        known = properties(cls)
        variant = variant_of(cls)
        values: dict[str, Any] = {}
        rest = dict(document)
        sound = True
        for name, item in known.items():
            if name == "config" and variant:
                continue
            if name in rest:
                before = len(self.issues)
                value = self.value(item.hint, item.prop, rest.pop(name), (*path, name))
                if value is not None or len(self.issues) == before:
                    values[name] = value
                elif item.required:
                    sound = False
            elif item.required:
                self.note("definition.missing", (*path, name), word=name)
                sound = False
        if variant and sound:
            word, kinds = str(values.get("type", known["type"].default)), self.kinds.get(variant, {})
            kind = kinds.get(word)
            if kind is None:
                self.note("definition.unknown_kind", (*path, "type"), word=word, nearest=nearest(word, kinds))
                return None
            own = properties(kind.Config)
            config = self.definition(kind.Config, {key: rest.pop(key) for key in list(rest) if key in own}, path)
            if config is None:
                return None
            values["config"] = config
            # its settings stand beside it in a file, not under a word of their own
            known = {**{name: item for name, item in known.items() if name != "config"}, **own}
        for word in rest:
            self.note("definition.unknown_word", (*path, word), word=word, nearest=nearest(word, known))
        return cls(**values) if sound else None

    def value(self, hint: Any, meaning: Prop, value: Json, path: Path) -> Any:
        """One value of the type `hint`; None with an issue when it isn't."""
        origin, options = get_origin(hint), get_args(hint)
        if hint is Any:
            return value
        if hint == Label:
            return self._label(value, path)
        if origin in (Union, types.UnionType):
            if value is None and type(None) in options:
                return None
            inner = [option for option in options if option is not type(None)]
            return self.value(inner[0], meaning, value, path)
        if origin is tuple:
            if not isinstance(value, (list, tuple)):
                self.note("definition.not_list", path, found=_said(value))
                return None
            return self._items(options[0], meaning, value, path)
        if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
            if not isinstance(value, Mapping):
                self.note("definition.not_object", path, found=_said(value))
                return None
            return {str(key): self.value(options[1], meaning, item, (*path, str(key))) for key, item in value.items()}
        if origin is Literal:
            if value not in options:
                self.note("definition.not_one_of", path, found=_said(value), options=list(options))
                return None
            return value
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self.definition(hint, value, path)
        return self._plain(hint, meaning, value, path)

    def _items(self, hint: Any, meaning: Prop, value: Any, path: Path) -> tuple[Any, ...]:
        items: list[Any] = []
        seen: set[str] = set()
        for index, item in enumerate(value):
            loaded = self.value(hint, meaning, item, (*path, index))
            if loaded is None:
                continue
            identity = getattr(loaded, "id", None)
            if identity:
                if identity in seen:
                    self.note("definition.twice", (*path, index), word=identity)
                    continue
                seen.add(identity)
            items.append(loaded)
        return tuple(items)

    def _label(self, value: Any, path: Path) -> Any:
        if isinstance(value, str) or (isinstance(value, Mapping) and all(isinstance(x, str) for x in value.values())):
            return value
        self.note("definition.not_label", path, found=_said(value))
        return None

    def _plain(self, hint: Any, meaning: Prop, value: Any, path: Path) -> Any:
        fits = isinstance(value, hint) and not (isinstance(value, bool) and hint is not bool)
        if hint is float and isinstance(value, int) and not isinstance(value, bool):
            value, fits = float(value), True
        if not fits:
            self.note("definition.wrong_type", path, found=_said(value), wanted=_WANTED.get(hint, hint.__name__))
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            low, high = meaning.minimum, meaning.maximum
            if (low is not None and value < low) or (high is not None and value > high):
                self.note("definition.out_of_range", path, found=value, low=low, high=high)
                return None
        return value


_WANTED: Mapping[Any, Mapping[str, str]] = {
    str: {"zh-CN": "文字", "en": "text"},
    int: {"zh-CN": "整数", "en": "a whole number"},
    float: {"zh-CN": "数字", "en": "a number"},
    bool: {"zh-CN": "true 或 false", "en": "true or false"},
}


def _said(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def load(cls: type[T], document: Json, kinds: Kinds) -> tuple[T | None, tuple[Issue, ...]]:
    """The definition a document says, with everything wrong in it; `load(dump(d)) == d`."""
    loader = Loader(kinds)
    return loader.definition(cls, document), tuple(loader.issues)
