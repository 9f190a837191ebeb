"""XML read without what makes it dangerous: no document types, so no entities, no files, no network; bounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from metamodel.errors import Invalid
from metamodel.issues import Issue

LARGEST = 5_000_000
DEEPEST = 60


@dataclass(slots=True, kw_only=True)
class Element:
    """An element: its namespace and name, attributes without a namespace, those of other programs by their local
    names, what stands in it."""

    space: str
    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)
    foreign: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """An attribute, "" without one."""
        return self.attributes.get(name, "").strip()

    def all(self, name: str, space: str | None = None) -> list[Element]:
        """The children of a name, in this element's own namespace unless another is given."""
        wanted = self.space if space is None else space
        return [child for child in self.children if child.name == name and child.space == wanted]

    def one(self, name: str) -> Element | None:
        """The first child of a name."""
        return next(iter(self.all(name)), None)

    def said(self, *path: str) -> str:
        """The text at the end of a path of names; "" where there is none."""
        here: Element | None = self
        for name in path:
            here = here.one(name) if here else None
        return here.text.strip() if here else ""


def read_xml(data: bytes) -> Element:
    """The root element. Invalid with the line where it is no XML, has a document type, or is too much."""
    if len(data) > LARGEST:
        raise Invalid(Issue(code="dmn.too_large", arguments={"most": LARGEST // 1_000_000}))
    parser = expat.ParserCreate(namespace_separator="\n")
    parser.buffer_text = True
    stack: list[Element] = []
    roots: list[Element] = []

    def named(word: str) -> tuple[str, str]:
        space, _, name = word.rpartition("\n")
        return space, name

    def start(word: str, attributes: dict[str, str]) -> None:
        if len(stack) >= DEEPEST:
            raise Invalid(Issue(code="dmn.too_deep", arguments={"line": parser.CurrentLineNumber}))
        space, name = named(word)
        own = {key: value for key, value in attributes.items() if "\n" not in key}
        foreign = {key.rpartition("\n")[2]: value for key, value in attributes.items() if "\n" in key}
        line = parser.CurrentLineNumber
        element = Element(space=space, name=name, attributes=own, line=line, foreign=foreign)
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def end(word: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        if stack:
            stack[-1].text += data

    def doctype(*told: Any) -> None:
        raise Invalid(Issue(code="dmn.doctype", arguments={"line": parser.CurrentLineNumber}))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Invalid(Issue(code="dmn.not_xml", arguments={"line": error.lineno})) from None
    except (LookupError, ValueError):
        raise Invalid(Issue(code="dmn.not_xml", arguments={"line": 1})) from None
    return roots[0]
