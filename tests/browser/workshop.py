"""A small application for the browser's journeys: a bicycle workshop with jobs on a board, bills with lines, a form by link.

It is there three times, so that nobody treads on another's feet: `workshop` is designed anew, in `atelier` people work,
in the `yard` jobs go through flows.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from pathlib import Path

from engines.access.demo import keep_samples
from engines.access.people import create_user
from engines.database import Workspace, open_workspace
from engines.publisher.platform import upgrade
from engines.runtime.write import create_record
from metamodel.definition import Json
from tests.conftest import PASSWORD, SECRET
from tests.desk import actor_of, field, release, sight

STATES = [
    {"value": "new", "label": {"zh-CN": "新到", "en": "New"}, "color": "blue"},
    {"value": "doing", "label": {"zh-CN": "修理中", "en": "In work"}, "color": "amber"},
    {"value": "ready", "label": {"zh-CN": "可取车", "en": "Ready"}, "color": "green"},
]
EVERYTHING = {"create": True, "update": True, "delete": True, "export": True}


def labelled(name: str, chinese: str, type: str, **more: object) -> Json:
    """A field with its Chinese label."""
    return {**field(name, type, **more), "label": {"zh-CN": chinese, "en": name.title()}}


WORKSHOP: Json = {
    "name": "workshop",
    "label": {"zh-CN": "修车铺", "en": "Workshop"},
    "icon": "bike",
    "entities": [
        {
            "name": "job", "label": {"zh-CN": "工单", "en": "Job"}, "title": "title", "search": ["title"],
            "fields": [
                labelled("title", "事项", "text", required=True),
                labelled("state", "状态", "choice", options=STATES, default="new", required=True),
                labelled("price", "报价", "money"),
                labelled("due", "交车日", "date", required=True, initial="TODAY()"),
                labelled("note", "备注", "long_text"),
            ],
        },
        {
            "name": "bill", "label": {"zh-CN": "账单", "en": "Bill"}, "title": "title", "search": ["title"],
            "fields": [
                labelled("title", "名目", "text", required=True),
                labelled("job", "工单", "reference", entity="job", inverse="bills", inverse_label={"zh-CN": "账单", "en": "Bills"}),
                labelled("lines", "明细", "lines", entity="bill_line", parent="bill"),
                labelled("total", "合计", "rollup", relation="lines", aggregate="sum", field="amount", result="money"),
            ],
        },
        {
            "name": "bill_line", "label": {"zh-CN": "账单行", "en": "Bill line"},
            "fields": [
                labelled("bill", "账单", "reference", entity="bill", on_delete="cascade", required=True),
                labelled("what", "内容", "text", required=True),
                labelled("amount", "金额", "money", required=True),
            ],
        },
    ],
    "forms": [
        {"name": "ask", "label": {"zh-CN": "预约修车", "en": "Book a repair"}, "entity": "job", "public": True,
         "submit": {"zh-CN": "预约", "en": "Book"}, "thanks": {"zh-CN": "我们会联系您", "en": "We will call you"},
         "components": [{"type": "section", "label": {"zh-CN": "哪里不好", "en": "What is wrong"}, "columns": 1, "components": [
             {"type": "field", "field": "title"}, {"type": "field", "field": "note"}]}]},
        {"name": "bill", "label": {"zh-CN": "账单", "en": "Bill"}, "entity": "bill",
         "components": [{"type": "section", "label": {"zh-CN": "账单", "en": "Bill"}, "components": [
             {"type": "field", "field": "title"}, {"type": "field", "field": "job"}, {"type": "lines", "field": "lines"}]}]},
    ],
    "views": [
        {"name": "jobs", "label": {"zh-CN": "全部工单", "en": "All jobs"}, "entity": "job", "sums": ["price"],
         "columns": [{"field": name} for name in ("title", "state", "price", "due")], "sorts": [{"field": "title"}]},
        {"name": "jobs_board", "label": {"zh-CN": "看板", "en": "Board"}, "entity": "job", "type": "kanban",
         "group_by": "state", "fields": ["price", "due"], "sum": "price", "columns": [], "sorts": [{"field": "title"}]},
        {"name": "jobs_grouped", "label": {"zh-CN": "按状态", "en": "By state"}, "entity": "job", "group_by": "state", "sums": ["price"],
         "columns": [{"field": name} for name in ("title", "price")], "sorts": [{"field": "title"}]},
        {"name": "bills", "label": {"zh-CN": "账单", "en": "Bills"}, "entity": "bill",
         "columns": [{"field": name} for name in ("title", "job", "total")], "form": "bill"},
    ],
    "datasets": [
        {"name": "bills", "label": {"zh-CN": "账单", "en": "Bills"}, "entity": "bill",
         "dimensions": [{"name": "job", "label": {"zh-CN": "工单", "en": "Job"}, "expression": "{job}"}],
         "measures": [{"name": "total", "label": {"zh-CN": "合计", "en": "Total"}, "aggregate": "sum", "expression": "{total}", "format": "money"}]},
        {"name": "jobs", "label": {"zh-CN": "工单", "en": "Jobs"}, "entity": "job",
         "dimensions": [
             {"name": "state", "label": {"zh-CN": "状态", "en": "State"}, "expression": "{state}"},
             {"name": "due", "label": {"zh-CN": "交车日", "en": "Due"}, "expression": "{due}"}],
         "measures": [
             {"name": "jobs", "label": {"zh-CN": "工单数", "en": "Jobs"}, "aggregate": "count"},
             {"name": "price", "label": {"zh-CN": "报价", "en": "Price"}, "aggregate": "sum", "expression": "{price}", "format": "money"}]},
    ],
    "pages": [
        {"name": "job", "label": {"zh-CN": "工单", "en": "Job"}, "entity": "job", "components": [
            {"type": "tile", "report": "billed", "dimension": "job", "height": 3},
            {"type": "section", "label": {"zh-CN": "概况", "en": "Basics"}, "components": [
                {"type": "field", "field": name} for name in ("title", "state", "price", "due", "note")]},
            {"type": "tabs", "components": [
                {"type": "tab", "label": {"zh-CN": "账单", "en": "Bills"}, "components": [{"type": "related", "relation": "bills"}]}]},
            {"type": "timeline"}]},
    ],
    "reports": [
        {"name": "billed", "label": {"zh-CN": "已开账单", "en": "Billed"}, "dataset": "bills", "rows": [], "measures": ["total"],
         "chart": {"type": "number"}},
        {"name": "price", "label": {"zh-CN": "报价合计", "en": "Price"}, "dataset": "jobs", "rows": [], "measures": ["price"],
         "chart": {"type": "number"}},
        {"name": "by_state", "label": {"zh-CN": "各状态报价", "en": "By state"}, "dataset": "jobs",
         "rows": [{"dimension": "state"}], "measures": ["price"], "chart": {"type": "bar"}},
    ],
    "boards": [
        {"name": "today", "label": {"zh-CN": "今天", "en": "Today"}, "filters": [
            {"name": "due", "label": {"zh-CN": "交车日", "en": "Due"}, "dataset": "jobs", "dimension": "due"},
            {"name": "state", "label": {"zh-CN": "状态", "en": "State"}, "dataset": "jobs", "dimension": "state"}],
         "tiles": [{"id": "price", "report": "price", "x": 0, "y": 0, "width": 4, "height": 3},
                   {"id": "state", "report": "by_state", "x": 4, "y": 0, "width": 8, "height": 8}]},
    ],
    "roles": [
        {"name": "master", "label": {"zh-CN": "师傅", "en": "Master"},
         "grants": [{"entity": name, **EVERYTHING} for name in ("job", "bill", "bill_line")]},
        {"name": "guest", "label": {"zh-CN": "学徒", "en": "Apprentice"}, "grants": [{"entity": "job", "others": "read"}]},
    ],
    "menus": [{"name": "main", "label": {"zh-CN": "菜单", "en": "Menu"}, "items": [
        {"id": "jobs", "label": {"zh-CN": "工单", "en": "Jobs"}, "target": "view", "view": "jobs"},
        {"id": "kanban", "label": {"zh-CN": "看板", "en": "Board"}, "target": "view", "view": "jobs_board"},
        {"id": "bills", "label": {"zh-CN": "账单", "en": "Bills"}, "target": "view", "view": "bills"},
        {"id": "today", "label": {"zh-CN": "今天", "en": "Today"}, "target": "board", "board": "today"}]}],
}
#: what only administrators see: stages of a plan, with what each waits for
OVERHAUL: Json = {
    "name": "overhaul", "label": {"zh-CN": "大修", "en": "Overhaul"}, "icon": "hammer",
    "entities": [{
        "name": "stage", "label": {"zh-CN": "工序", "en": "Stage"}, "title": "title", "search": ["title"],
        "fields": [
            labelled("title", "名称", "text", required=True), labelled("begins", "开始", "date"), labelled("ends", "结束", "date"),
            labelled("done", "进度", "percent"), labelled("up", "上级", "reference", entity="stage"),
            labelled("needs", "前置", "reference", entity="stage", multiple=True), labelled("state", "状态", "choice", options=STATES),
            labelled("bike", "大修单", "reference", entity="bike", inverse="stages", inverse_label={"zh-CN": "工序", "en": "Stages"}),
            labelled("row", "来自", "reference", entity="recipe_row"),
        ],
    }, {
        "name": "bike", "label": {"zh-CN": "大修单", "en": "Bike"}, "title": "title",
        "fields": [labelled("title", "车", "text", required=True), labelled("recipe", "工序模板", "reference", entity="recipe"), labelled("fetch", "取车日", "date")],
    }, {
        "name": "recipe", "label": {"zh-CN": "工序模板", "en": "Recipe"}, "title": "title", "fields": [labelled("title", "名称", "text", required=True)],
    }, {
        "name": "recipe_row", "label": {"zh-CN": "模板行", "en": "Row"}, "title": "what",
        "fields": [labelled("what", "做什么", "text", required=True), labelled("days", "相差天数", "integer"),
                   labelled("recipe", "模板", "reference", entity="recipe", inverse="rows", inverse_label={"zh-CN": "模板行", "en": "Rows"})],
    }],
    "views": [{"name": "plan", "label": {"zh-CN": "计划", "en": "Plan"}, "entity": "stage", "type": "gantt", "start": "begins", "end": "ends",
               "progress": "done", "parent": "up", "depends_on": "needs", "color_by": "state", "milestones": True}],
    "menus": [{"name": "main", "label": {"zh-CN": "菜单", "en": "Menu"}, "items": [
        {"id": "plan", "label": {"zh-CN": "计划", "en": "Plan"}, "target": "view", "view": "plan"}]}],
    "rules": [{"name": "grow", "label": {"zh-CN": "排工序", "en": "Plan it"}, "entity": "bike", "trigger": {"type": "button", "caption": {"zh-CN": "排工序", "en": "Plan it"}}}],
}
APPLICATIONS = ("workshop", "atelier", "yard")
JOBS = [
    ("补胎", "new", "30.00"), ("换刹车线", "new", "45.50"), ("调变速", "doing", "60.00"),
    ("换链条", "doing", "120.00"), ("全车保养", "ready", "260.00"),
]  # fmt: skip


def furnish(folder: Path) -> None:
    """A workspace in `folder` with the application, its people and a handful of records."""
    workspace = open_workspace(name="修车铺", data_dir=folder, url="", secret=SECRET)
    upgrade(workspace)
    release(workspace, WORKSHOP)
    release(workspace, {**copy.deepcopy(WORKSHOP), "name": "atelier", "label": {"zh-CN": "修车行", "en": "Atelier"}})
    release(workspace, OVERHAUL)
    release(workspace, {**copy.deepcopy(WORKSHOP), "name": "yard", "label": {"zh-CN": "车场", "en": "Yard"}})
    now = datetime.now(UTC)
    with workspace.write() as connection:
        master = create_user(connection, _person("master", "马师傅", "master"), now)
        create_user(connection, _person("guest", "小徒弟", "guest"), now)
        create_user(connection, _person("miller", "Ann Miller", "master"), now, "en")
        create_user(connection, {"login": "admin", "name": "管理员", "password": PASSWORD, "is_admin": True}, now)
        keep_samples(connection, ("master", "guest", "miller"))
    _jobs(workspace, master)
    workspace.close()


def _person(login: str, called: str, role: str) -> Json:
    return {"login": login, "name": called, "password": PASSWORD, "roles": [{"application": name, "id": role} for name in APPLICATIONS]}


def _jobs(workspace: Workspace, by: int) -> None:
    actor = actor_of(workspace, by)
    with workspace.write() as connection:
        seen = sight(workspace, connection, actor)
        for application in APPLICATIONS:
            for title, state, price in JOBS:
                create_record(connection, seen, f"{application}.job", {"title": title, "state": state, "price": price})
