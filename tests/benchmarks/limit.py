"""The limit: bare Flask views with raw sqlite3 and the same encoder, the same token check and the same WHERE."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from flask import Flask, Response, request

encode = msgspec.json.Encoder().encode
PERSON = (
    "id",
    "version",
    "name",
    "code",
    "phone",
    "mail",
    "born",
    "city",
    "level",
    "score",
    "balance",
    "share",
    "active",
    "joined",
    "note",
    "place",
    "friend",
)
VISIT = ("id", "version", "person", "place", "at", "amount", "items", "state", "remark")
MINE = "place IN (SELECT id FROM bench__place WHERE department IN (1))"


def build() -> Flask:
    """The application that granian serves."""
    path = os.environ["LIMIT_DATABASE"]
    local = threading.local()
    flask = Flask("limit")

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            local.connection.execute("PRAGMA journal_mode=WAL")
            local.connection.execute("PRAGMA synchronous=NORMAL")
        found: sqlite3.Connection = local.connection
        return found

    def enter() -> sqlite3.Connection:
        open_ = connection()
        digest = sha256(request.headers["Authorization"][7:].encode()).hexdigest()
        if open_.execute("SELECT user_id FROM token WHERE hash = ?", (digest,)).fetchone() is None:
            raise PermissionError
        return open_

    def answer(value: Any) -> Response:
        return Response(encode(value), mimetype="application/json")

    @flask.get("/person/<int:number>")
    def read(number: int) -> Response:
        row = (
            enter()
            .execute(
                f"SELECT {','.join(PERSON)} FROM bench__person WHERE id = ? AND deleted_at IS NULL AND {MINE}",
                (number,),
            )
            .fetchone()
        )
        return answer(dict(zip(PERSON, row, strict=True)))

    @flask.get("/person")
    def many() -> Response:
        rows = (
            enter()
            .execute(
                f"SELECT {','.join(PERSON)} FROM bench__person WHERE deleted_at IS NULL AND {MINE} AND city = ? "
                "ORDER BY score DESC, id DESC LIMIT 50",
                (request.args["city"],),
            )
            .fetchall()
        )
        return answer({"items": [dict(zip(PERSON, row, strict=True)) for row in rows]})

    @flask.get("/visits")
    def related() -> Response:
        rows = (
            enter()
            .execute(
                f"SELECT {','.join(VISIT)} FROM bench__visit WHERE deleted_at IS NULL AND {MINE} AND person = ? "
                "ORDER BY at DESC, id DESC LIMIT 50",
                (int(request.args["person"]),),
            )
            .fetchall()
        )
        return answer({"items": [dict(zip(VISIT, row, strict=True)) for row in rows]})

    @flask.get("/expression")
    def expression() -> Response:
        rows = (
            enter()
            .execute(
                f"SELECT {','.join(PERSON)} FROM bench__person WHERE deleted_at IS NULL AND {MINE} "
                "AND balance * 2 > 19500000 ORDER BY score DESC, id DESC LIMIT 50"
            )
            .fetchall()
        )
        return answer({"items": [dict(zip(PERSON, row, strict=True)) for row in rows]})

    @flask.post("/person")
    def create() -> Response:
        open_ = enter()
        values = request.get_json()
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        open_.execute("BEGIN IMMEDIATE")
        made = open_.execute(
            "INSERT INTO bench__person (name, phone, mail, city, level, score, place, version, created_at, changed_at) "
            "VALUES (?,?,?,?,?,?,?,1,?,?)",
            (
                values["name"],
                values["phone"],
                values["mail"],
                values["city"],
                values["level"],
                values["score"],
                values["place"],
                now,
                now,
            ),
        ).lastrowid
        open_.execute("COMMIT")
        return answer({"id": made})

    return flask
