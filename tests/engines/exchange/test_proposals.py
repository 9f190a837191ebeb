"""What is proposed for a sheet nobody has explained, and that quick ways convert as the field types do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.catalog import CATALOG
from engines.exchange.convert import REPEATED, converter, harmless, moment, plain
from engines.exchange.propose import proposal
from engines.exchange.sniff import sniff
from metamodel.errors import Invalid
from metamodel.model import Model
from tests.desk import desk, loaded, release, sight
from tests.engines.exchange.conftest import Desk

SNIFFED = [
    ("n", ["1", "-2", "30"], "integer"),
    ("金额", ["1", "2.50", ""], "money"),
    ("n", ["1.5", "2.25"], "decimal"),
    ("n", ["¥1,234.50", "2"], "money"),
    ("n", ["12%", "3.5%"], "percent"),
    ("n", ["2026-01-05", "2026/1/6", "2026年1月7日"], "date"),
    ("n", ["2026-01-05 10:30", "2026/1/6 09:00:01"], "datetime"),
    ("n", ["10:30", "9:05"], "time"),
    ("n", ["13800138000", "139 0013 9000"], "phone"),
    ("n", ["a@example.com"], "email"),
    ("n", ["https://example.com/x"], "url"),
    ("n", ["是", "否", "是"], "boolean"),
    ("n", ["高", "低"] * 10, "choice"),
    ("n", ["007", "008"], "text"),
    ("ticket_id", ["7", "8"], "text"),
    ("n", ["x" * 300], "long_text"),
    ("n", ["2026-02-30"], "text"),
    ("n", ["", ""], "text"),
]


@pytest.mark.parametrize(("name", "cells", "wanted"), SNIFFED)
def test_the_sort_of_a_column(name: str, cells: list[str], wanted: str) -> None:
    assert sniff(name, cells).type == wanted


def test_columns_meet_fields_by_name_label_pinyin_and_content(sqlite_workspace) -> None:
    document = desk()
    for item in document["entities"][1]["fields"]:
        if item["name"] == "subject":
            item["label"] = {"zh-CN": "主题", "en": "Subject"}
    release(sqlite_workspace, document)
    names = ("zhuti", "Team name", "号码", "截止", "COST", "Owner login", "closed at", "nothing like it")
    cells = [["s"], ["North"], ["13800138000"], ["2026-01-05"], ["1.5"], ["admin"], ["2026-01-05 10:30"], ["?"]]
    with sqlite_workspace.read() as connection:
        found = proposal(connection, sight(sqlite_workspace, connection), names, cells, "desk.ticket")
    assert [column["field"] for column in found["columns"]] == [
        "subject", "team.name", "phone", "", "cost", "owner.login", "closed_at", ""]
    assert found["mapping"]["mode"] == "insert" if "mode" in found["mapping"] else True
    assert [column.get("zone") for column in found["mapping"]["columns"]][6] == "Asia/Shanghai"


KEYS = [
    ("Related", ["first", "second; nobody", ""], "related.subject"),
    ("Related", ["T-0001", "first", "T-0002"], "related.code"),
    ("Related", ["nobody"], "related.code"),
    ("Related subject", ["T-0001"], "related.code"),
    ("Phone", ["13800138000", "139000"], "phone"),
    ("Phone", ["2026-01-05"], "phone"),
    ("Phones", ["2026-01-05"], ""),
]


@pytest.mark.parametrize(("name", "cells", "wanted"), KEYS)
def test_a_reference_is_known_by_what_its_column_holds_and_a_wrong_cell_loses_no_column(here: Desk, name, cells, wanted) -> None:
    here.bring("subject\nfirst\nsecond\n", {"subject": "subject"})
    with here.workspace.read() as connection:
        found = proposal(connection, sight(here.workspace, connection), (name,), [cells], "desk.ticket")
    assert found["columns"][0]["field"] == wanted


CELLS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{0,3})?", fullmatch=True),
    st.sampled_from(["", " ", "1", "01", "-0.5", "1.50", "1.5", ".5", "5.", "1_0", "1e3", "+1", "١", "¥1", "1,000", "9" * 16,
                     "2026-01-05", "2026-W01-1", "20260105", "2026-1-5", "13800138000", "1380013800a", "x\ny", "'=1", "'a"]),
)


@given(st.lists(CELLS, min_size=1, max_size=30))
def test_quick_ways_agree_with_the_field_types(cells: list[str]) -> None:
    cells = [cell.replace("\0", "").replace("\r", "") for cell in cells]
    for item in ITEMS:
        many = cells * (REPEATED + 1)
        quick, slow = converter(item)(cells), converter(item)(many)
        assert quick.values == slow.values[: len(cells)]
        assert set(quick.faults) == {at for at in slow.faults if at < len(cells)}
        for at, cell in enumerate(cells):
            wanted = _coerced(item, plain(cell))
            assert (None if at in quick.faults else quick.values[at]) == wanted


def _coerced(item: Any, cell: str) -> Any:
    if not cell.strip():
        return None
    try:
        value = item.type.coerce(item.config, cell.strip())
    except Invalid:
        return None
    return None if value == "" else value


def _items() -> list[Any]:
    entity = Model(applications={"desk": loaded(desk())}, catalog=CATALOG).entities["desk.ticket"]
    return [entity.fields[name] for name in ("subject", "note", "cost", "due", "phone")]


ITEMS = _items()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\rx", "'", "a", "", "'=1"])
def test_no_text_is_a_formula_and_comes_back_as_it_was(text: str) -> None:
    assert harmless(text)[:1] not in tuple("=+-@\t\r")
    if text[:1] != "'":
        assert plain(harmless(text)) == text


@pytest.mark.parametrize("text", ["2026-13-01 10:00", "2026-01-01 25:00", "x", "1-2-3", "2026-01-01 10", "2026/1/1 1:2:x"])
def test_what_is_no_moment(text: str) -> None:
    assert moment(text) is None or text == "2026-01-01 10"
