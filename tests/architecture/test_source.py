"""What every source file keeps to: its length, its sentence, its name, and no word of any one trade."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
STOREYS = ("app", "engines", "metamodel", "migrations")
# Rooms without a name of their own.
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services"} | {
    "handler",
    "handlers",
    "base",
    "misc",
}
TRADE = re.compile(
    r"customer|coupon|loyalty|promotion|supermarket|cashier|member[ _-]?level|会员|优惠券|导购|门店|促销", re.IGNORECASE
)
# The applications themselves, and what imports the real year, speak of their trade; this file names the words.
TRADED = ("tests/seed_apps/", "tests/benchmarks/", "tests/browser/", "tests/architecture/test_source.py")
HOST_OR_MACHINE = re.compile(
    r"pypi\.org|files\.pythonhosted|registry\.npm|npmmirror|/work/(main|shared)|/root/|/home/\w+/"
)


def tracked(*endings: str) -> list[Path]:
    """Files that are or would be committed, with one of these endings."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    files = [ROOT / name for name in listed.split("\0") if name.endswith(endings)]
    return [file for file in files if file.is_file()]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


PYTHON = tracked(".py")
TYPESCRIPT = [file for file in tracked(".ts", ".tsx") if "/generated/" not in name_of(file)]


def test_there_is_something_to_look_at() -> None:
    assert len(PYTHON) > 20


@pytest.mark.parametrize("file", PYTHON + TYPESCRIPT, ids=name_of)
def test_a_file_is_short_enough(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("file", PYTHON, ids=name_of)
def test_a_module_opens_with_one_sentence(file: Path) -> None:
    text = file.read_text("utf-8")
    if not text.strip():
        assert name_of(file).startswith("tests/")
        return
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring.split("\n")[0].rstrip().endswith((".", "?", "!"))


@pytest.mark.parametrize("file", PYTHON + TYPESCRIPT, ids=name_of)
def test_no_word_of_a_trade(file: Path) -> None:
    if not name_of(file).startswith(TRADED):
        assert TRADE.findall(file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", PYTHON + TYPESCRIPT, ids=name_of)
def test_no_room_without_a_name(file: Path) -> None:
    parts = {part.lower() for part in (*file.relative_to(ROOT).parent.parts, file.name.split(".")[0])}
    assert not parts & NAMELESS


def test_no_host_of_a_registry_and_no_path_of_a_machine() -> None:
    endings = (".py", ".ts", ".tsx", ".txt", ".in", ".toml", ".json", ".md", ".npmrc", "Makefile", "/run", "/node")
    own = Path(__file__).resolve()
    found = [
        f"{name_of(file)}: {match.group()}"
        for file in tracked(*endings)
        if file != own and (match := HOST_OR_MACHINE.search(file.read_text("utf-8", "replace")))
    ]
    assert found == []


@pytest.mark.parametrize("file", [file for file in PYTHON if name_of(file).startswith(STOREYS)], ids=name_of)
def test_dataclasses_are_frozen_slotted_and_by_keyword(file: Path) -> None:
    """Keywords always; slots unless something is cached; frozen unless the name or docstring says what it keeps."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Name) and decorator.id == "dataclass":
                pytest.fail(f"{node.name}: @dataclass without its words")
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "dataclass":
                words = {keyword.arg for keyword in decorator.keywords if getattr(keyword.value, "value", False)}
                assert "kw_only" in words, node.name
                assert "slots" in words or "cached_property" in ast.dump(node), node.name
                assert "frozen" in words or node.name.startswith("_") or ast.get_docstring(node), node.name
