"""Every field type that a person can write takes a column, and the others say why not: a table of cases."""

from __future__ import annotations

import json
from datetime import time

import pytest

from engines.access.departments import create_department
from engines.access.people import create_user
from engines.database import Workspace
from engines.exchange.cells import READ
from engines.exchange.convert import converter
from engines.exchange.plan import not_importable
from metamodel.errors import Invalid
from tests.desk import NOW, desk, entity, field, release
from tests.engines.exchange.conftest import Desk

STEPS = [
    {"value": "h", "label": "硬件"}, {"value": "s", "label": "软件"}, {"value": "hp", "label": "打印机", "parent": "h"},
    {"value": "ho", "label": "其他", "parent": "h"}, {"value": "so", "label": "其他", "parent": "s"},
]
KINDS = [
    field("place", "address"), field("spot", "location"), field("sort", "cascade", options=STEPS),
    field("spent", "duration"), field("begin", "time"), field("desk", "department"), field("rich", "rich_text"),
    field("site", "url"), field("mail", "email"), field("paid", "boolean"), field("stars", "rating"), field("share", "percent"),
    field("scan", "file"), field("face", "image"), field("signed", "signature"),
    field("about", "reference", targets=["team", "claim"]),
]


@pytest.fixture
def full(here: Desk) -> Desk:
    document = desk()
    entity(document, "ticket")["fields"] += KINDS
    release(here.workspace, document)
    return here


def parts(*said: str) -> str:
    names = ("province", "city", "district", "detail")
    return json.dumps({name: part for name, part in zip(names, said, strict=True) if part}, ensure_ascii=False)


CASES = [
    ("place", "浙江省杭州市西湖区文三路 1 号", parts("浙江省", "杭州市", "西湖区", "文三路 1 号")),
    ("place", "浙江省 / 杭州市 / 西湖区 / 文三路 1 号", parts("浙江省", "杭州市", "西湖区", "文三路 1 号")),
    ("place", "北京市朝阳区建国路88号", parts("北京市", "市辖区", "朝阳区", "建国路88号")),
    ("place", "上海 上海市 浦东新区 世纪大道1号", parts("上海市", "市辖区", "浦东新区", "世纪大道1号")),
    ("place", "广西壮族自治区南宁市青秀区民族大道", parts("广西壮族自治区", "南宁市", "青秀区", "民族大道")),
    ("place", "四川省凉山彝族自治州西昌市长安路", parts("四川省", "凉山彝族自治州", "西昌市", "长安路")),
    ("place", "广东省东莞市长安镇工业区3号", parts("广东省", "东莞市", "", "长安镇工业区3号")),
    ("place", "杭州市西湖区", parts("", "杭州市", "西湖区", "")),
    ("place", "12 High Street", parts("", "", "", "12 High Street")),
    ("place", "x" * 201, "value.too_long"),
    ("spot", "30.27,120.15", '{"lat": 30.27, "lng": 120.15}'), ("spot", "(30.27， -120.15)", '{"lat": 30.27, "lng": -120.15}'),
    ("spot", "120.15,30.27", "value.not_location"), ("spot", "somewhere", "value.not_location"),
    ("sort", "硬件/打印机", "hp"), ("sort", "打印机", "hp"), ("sort", "hp", "hp"), ("sort", "软件 > 其他", "so"),
    ("sort", "其他", "value.not_choice"), ("sort", "软件/打印机", "value.not_choice"), ("sort", "硬件", "value.not_choice"),
    ("spent", "90", 90), ("spent", "1:30", 5400), ("spent", "1:30:05", 5405), ("spent", "1天 2小时", 93600),
    ("spent", "1.5 小时", 5400), ("spent", "-2h 5m", -7500), ("spent", "2 小时 5 分 1 秒", 7501), ("spent", "0.5s", "value.too_many_digits"),
    ("spent", "long", "value.not_number"), ("spent", "1.2.3h", "value.not_number"),
    ("begin", "8:30", time(8, 30)), ("begin", "08：30：15", time(8, 30, 15)), ("begin", "8时5分", time(8, 5)), ("begin", "25:00", "value.not_time"),
    ("labels", "A、b", ["a", "b"]), ("labels", "b; A", ["a", "b"]), ("labels", "A、x", "value.not_choice"),
    ("owner.login", "ann", 1), ("owner.name", "Ann", 1), ("owner.login", "bob", "exchange.unknown_key"),
    ("desk.code", "N1", 1), ("desk.name", "North", 1), ("desk.name", "South", "exchange.unknown_key"),
    ("rich", "plain", "plain"), ("site", "https://a.example", "https://a.example"), ("mail", "a@b.cn", "a@b.cn"),
    ("paid", "是", True), ("stars", "3", 3), ("share", "12.5%", 1250), ("urgency", "紧急", "high"), ("due", "2026年2月3日", "2026-02-03"),
]


@pytest.mark.parametrize("chosen", ["sqlite_workspace", "pg_workspace"])
def test_cells_become_values(request: pytest.FixtureRequest, tmp_path, chosen: str) -> None:
    workspace: Workspace = request.getfixturevalue(chosen)
    here = Desk(workspace=workspace, folder=tmp_path)
    document = desk()
    entity(document, "ticket")["fields"] += KINDS
    release(workspace, document)
    with workspace.write() as connection:
        create_user(connection, {"login": "ann", "name": "Ann"}, NOW)
        create_department(connection, {"label": "North", "code": "N1"})
    for index, (path, text, wanted) in enumerate(CASES):
        wrong = isinstance(wanted, str) and wanted.startswith(("value.", "exchange."))
        cell = text.replace('"', '""')
        counts = here.bring(f'subject,x\nn{index},"{cell}"\n', {"subject": "subject", "x": path})
        if wrong:
            assert here.faults() == [(2, [wanted.split(".")[1]])], (path, text)
        else:
            assert counts == {"insert": 1, "rows": 1}, (path, text, here.faults())
            found = here.rows("ticket", "subject", path.split(".")[0])[-1]
            stored = found[1].isoformat() if path == "due" else found[1]
            assert found[0] == f"n{index}" and stored == wanted, (path, text)


def links(here: Desk) -> list[tuple[int, int]]:
    with here.workspace.read() as connection:
        pairs = here.sight_of(connection).live.tables["desk.ticket:related"]
        return [tuple(row) for row in connection.execute(pairs.select().order_by(*pairs.c))]


def test_a_cell_names_several_records(here: Desk) -> None:
    here.bring("subject\na\nb\nc\n", {"subject": "subject"})
    fields = {"subject": "subject", "related": "related.subject"}
    found = here.bring("subject,related\nd,a；b\ne,\"c、a、c\"\nf,a;nobody\ng,\n", fields)
    assert found == {"insert": 3, "reject": 1, "rows": 4} and here.faults() == [(4, ["unknown_key"])]
    assert links(here) == [(4, 1), (4, 2), (5, 1), (5, 3)] and here.drifting() == []
    run = here.keep("subject,related\nd,c\ne,\"a;c\"\n", fields, mode="update", match=["subject"])
    assert here.go(run) == {"update": 1, "unchanged": 1, "rows": 2}
    assert links(here) == [(4, 3), (5, 1), (5, 3)]
    assert here.undo(run) == {"removed": 0, "restored": 1, "kept": 0}
    assert links(here) == [(4, 1), (4, 2), (5, 1), (5, 3)]
    blank = here.bring("subject,related\nh,b;x\n", fields, options={"related": {"unknown": "blank"}})
    assert blank == {"insert": 1, "rows": 1} and links(here)[-1][1] == 2


REFUSED = [
    ("scan", "no_files"), ("face", "no_files"), ("signed", "no_files"), ("about", "any_of_several"), ("double", "computed"),
    ("team_name", "computed"),
]


@pytest.mark.parametrize(("name", "code"), REFUSED)
def test_what_takes_no_column_says_why(full: Desk, name: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        full.bring("subject,x\na,b\n", {"subject": "subject", "x": name})
    assert [issue.code for issue in refused.value.issues] == [f"exchange.{code}"]


def test_every_field_type_is_decided(full: Desk) -> None:
    """A new field type takes a column by its own coercion, or says why it doesn't."""
    with full.workspace.read() as connection:
        model = full.sight_of(connection).live.model
        items = {item.type.kind: item for one in model.entities.values() for item in one.fields.values()}
        assert set(READ) <= set(items)
        for kind, item in items.items():
            if not not_importable(item) and item.expression_type.kind != "record":
                assert converter(item)(["", " "]).values == [None, None], kind
