"""Every sample person's pages, on a desk in Chinese and on a phone in English: nothing broken, nothing too wide, nothing in the other language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from engines.database import open_workspace
from engines.publisher.platform import upgrade
from engines.runtime.load import fill
from tests.browser.conftest import PHONE, WIDE, Site, serving
from tests.conftest import SECRET, SOAK

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "seed_apps"
#: texts that stand somewhere on a page, and what is said of things by their titles and names
TEXTS = """() => {
  const seen = (element) => { const box = element.getBoundingClientRect(); return box.width > 1 && box.height > 1; };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (text && seen(walker.currentNode.parentElement)) found.add(text);
  }
  for (const name of ["placeholder", "title"])
    for (const element of document.querySelectorAll(`[${name}]`)) if (seen(element)) found.add(element.getAttribute(name).trim());
  return [...found];
}"""
#: a text nobody has written: its key between letters of another script, or alone
KEY = re.compile(r"(?:^|[^\w./@-])[a-z]{2,}\.[a-z]+(?:_[a-z]+)*(?:$|[^\w./@-])", re.ASCII)
RAW = re.compile(r"\bundefined\b|\bNaN\b|\[object |\{\{")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[str]:
    """The demo company as it ships."""
    folder = tmp_path_factory.mktemp("house")
    workspace = open_workspace(name="demo", data_dir=folder, url="", secret=SECRET)
    upgrade(workspace)
    fill(workspace, SHIPPED, datetime.now(UTC), demo=True, say=lambda text: None)
    workspace.close()
    with serving(folder, "Dougong") as address:
        yield address


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


def _labels(value: Any) -> Iterator[tuple[str, str]]:
    """What is said in both languages, and differs."""
    if isinstance(value, dict) and isinstance(value.get("zh-CN"), str) and isinstance(value.get("en"), str):
        yield value["zh-CN"], value["en"]
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _labels(inner)


def _wrong_words() -> dict[str, set[str]]:
    """By language, the labels of the other one; what records say as well is nobody's fault."""
    files = [path for path in SHIPPED.rglob("*.json") if "tests" not in path.parts]
    data = {text for path in files if "data" in path.parts for text in _strings(json.loads(path.read_text("utf-8")))}
    pairs = {pair for path in files if "data" not in path.parts for pair in _labels(json.loads(path.read_text("utf-8")))}
    texts = ROOT / "static" / "src" / "kernel" / "texts"
    for path in texts.glob("*zh-CN.json"):
        english = json.loads((texts / path.name.replace("zh-CN", "en")).read_text("utf-8"))
        chinese = json.loads(path.read_text("utf-8"))
        pairs |= {(own[key], english[part][key]) for part, own in chinese.items() for key in own if key in english[part]}
    either = {zh for zh, _ in pairs} & {en for _, en in pairs}
    return {
        "en": {zh for zh, en in pairs if re.search("[\u3400-\u9fff]", zh)} - data - either,
        "zh-CN": {en for zh, en in pairs if re.search("[A-Za-z]{2}", en)} - data - either,
    }


WRONG = _wrong_words()


def _flat(menu: list[Any]) -> Iterator[Any]:
    for item in menu:
        yield item
        yield from item.get("items", ())


def _pages(site: Site, known: set[str], lists: bool) -> Iterator[str]:
    """Where somebody begins, and what their menus lead to that nobody before has been led to; lists only if wanted."""
    yield "/"
    for application in site.call("GET", "applications")["items"]:
        yield f"/a/{application['name']}"
        for item in _flat(application["menu"]):
            place = f"b/{item['board']}" if item.get("board") else f"v/{item['view']}" if lists and item.get("view") else ""
            path = f"/a/{application['name']}/{place}"
            if place and path not in known:
                known.add(path)
                yield path
    yield "/inbox"


def _faults(page: Page, path: str, locale: str, width: int) -> list[str]:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(100)
    texts = set(page.evaluate(TEXTS))
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{path}: {wide} wide"] if wide > width else []
    found += [f"{path}: {text!r} is in the other language" for text in sorted(texts & WRONG[locale])]
    return found + [f"{path}: {text!r} is no word" for text in sorted(texts) if KEY.search(text) or RAW.search(text)]


@pytest.mark.parametrize(("size", "locale"), [(WIDE, "zh-CN"), (PHONE, "en")], ids=["desk", "phone"])
def test_nobody_meets_anything_broken(house: str, chromium: Browser, size: tuple[int, int], locale: str) -> None:
    """One person of each set of roles; a page that several have is looked at once, lists on the phone and under soak."""
    people: dict[str, Any] = {}
    context = chromium.new_context()
    listed = context.request.get(f"{house}/api/session").json()["people"]
    context.close()
    for login in {one["login"]: None for one in listed}:
        roles = tuple((one["application"], one["role"]) for one in listed if one["login"] == login)
        people.setdefault(str(roles), login)
    assert len(people) >= 13
    known: set[str] = set()
    found: list[str] = []
    lists = size == PHONE and SOAK
    for login in people.values():
        phone = size == PHONE
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=locale, is_mobile=phone, has_touch=phone, reduced_motion="reduce"
        )
        page = context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error, broken=broken: broken.append(str(error)))
        page.on("console", lambda message, broken=broken: broken.append(message.text) if message.type == "error" else None)
        site = Site(address=house, context=context, page=page).sign_in(login)
        site.call("PATCH", "session", {"locale": locale})
        for path in list(_pages(site, known, lists)):
            site.open(path)
            found += [f"{login} {fault}" for fault in _faults(page, path, locale, size[0])]
            found += [f"{login} {path}: {text}" for text in broken]
            broken.clear()
        context.close()
    assert len(known) >= (90 if lists else 20) and not found, "\n".join(found)
