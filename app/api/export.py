"""A list as a file: CSV as a stream, or a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from app.auth import Visit, visiting
from app.sight import releases
from engines.exchange.export import csv_blocks, export, write_sheet
from engines.forms.present import readable
from engines.records.query import Asked, entity_of
from metamodel.definition import Label
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue, nearest
from metamodel.model import qualified

blueprint = Blueprint("export", __name__, url_prefix="/api/records/<application>/<entity>/export")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@visiting("read")
def export_records(visit: Visit, application: str, entity: str) -> Response:
    """Everything a list with the same parameters shows, in one snapshot; `format` is csv or xlsx."""
    format = request.args.get("format", "csv")
    if format not in ("csv", "xlsx"):
        raise Invalid(Issue(code="exchange.unknown_format", path=("format",), arguments={"format": format}))
    blocks = _blocks(visit, application, entity, format)
    # The first piece is made before the answer begins, so that a refusal is still one.
    first = next(blocks)
    headers = {"Content-Disposition": f'attachment; filename="{entity}.{format}"'}
    return Response(_chained(first, blocks), mimetype="text/csv" if format == "csv" else SHEET, headers=headers)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _blocks(visit: Visit, application: str, name: str, format: str) -> Iterator[bytes]:
    given = request.args
    with visit.workspace.read() as connection:
        sight = releases().sight(connection, visit.actor, visit.now)
        entity = entity_of(sight, qualified(application, name))
        fields = tuple(one for one in given.get("fields", "").split(",") if one)
        sorts = tuple((one.lstrip("-"), one.startswith("-")) for one in given.get("sort", "").split(",") if one)
        filters = tuple(text for text in given.getlist("filter") if text)
        labels: dict[str, Label] = {}
        if said := given.get("view"):
            home = sight.live.model.applications.get(application)
            view: Any = home.find("view", said) if home else None
            if view is None or qualified(application, view.entity) != entity.name:
                near = nearest(said, [item.name for item in home.views] if home else [])
                raise NotFound(Issue(code="reference.view", arguments={"word": said, "nearest": near}))
            labels = {column.field: column.label for column in view.columns if column.label}
            filters += (view.filter,) if view.filter else ()
            fields = fields or tuple(
                column.field for column in view.columns if readable(sight, entity.name, column.field)
            )
            sorts = sorts or tuple((sort.field, sort.descending) for sort in view.sorts)
        asked = Asked(fields=fields, filters=filters, sorts=sorts, search=given.get("search", "").strip())
        exported = export(connection, sight, entity, asked, visit.locale, labels)
        if format == "csv":
            yield from csv_blocks(exported)
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.xlsx"
            write_sheet(exported, path)
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    yield block
