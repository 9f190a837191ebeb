"""Each channel against a server of its own: what it asks, and what it makes of every sort of answer."""

import hashlib
import hmac
import json
import socketserver
import threading
from base64 import b64encode
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import Workspace
from engines.messages import accounts, signature, vault
from engines.messages.channel import Declined, Parcel, Unreachable
from engines.messages.channels.sms import counted
from engines.runtime import message_out, webhook_out
from engines.runtime.outbox import Entry, outbox
from metamodel.errors import Invalid, Refused
from tests.engines.messages.ground import NOON, Receiver, asks, decided, deliveries, sent, ticket

CHANNELS = CATALOG["channels"]
PARCEL = Parcel(delivery=7, key="firing:1:0|desk.x", address="a@b.example", title="Lamp", text="It is <due>: https://a.example/y.", at=NOON, about={"entity": "desk.ticket", "id": 3, "message": "x"}, links=lambda part: part.replace("https://a.example/y", "https://d.example/m/c/7"), pixel="https://d.example/m/o/7.gif")


def send(workspace: Workspace, kind: str, settings: dict, secrets: dict | None = None, parcel: Parcel = PARCEL):
    with workspace.write() as connection:
        accounts.set_up(workspace, connection, CHANNELS[kind], active=True, settings=settings, secrets=secrets or {}, by=None, at=NOON)
    return message_out.hand_over(workspace, CHANNELS[kind], parcel, rehearsed=False)


ROBOTS = [("wecom", "errcode", {"token": "key"}), ("dingtalk", "errcode", {"token": "key", "sign": "salt"}), ("feishu", "code", {"token": "key", "sign": "salt"})]


@pytest.mark.parametrize("kind, verdict, secrets", ROBOTS)
def test_robots_read_the_verdict_not_the_status(sqlite_workspace: Workspace, receiver_: Receiver, kind: str, verdict: str, secrets: dict) -> None:
    receiver_.body = json.dumps({verdict: 0}).encode()
    assert send(sqlite_workspace, kind, {"server": receiver_.url}, secrets).state == "delivered"
    for status, body in ((200, {verdict: 45009, "errmsg": "freq out of limit"}), (200, {}), (500, {verdict: 0}), (200, [])):
        receiver_.status, receiver_.body = status, json.dumps(body).encode()
        with pytest.raises(Unreachable):
            send(sqlite_workspace, kind, {"server": receiver_.url})
    receiver_.status, receiver_.body = 200, b"<html>"
    with pytest.raises(Unreachable):
        send(sqlite_workspace, kind, {"server": receiver_.url})


def test_robots_sign_as_their_houses_say(sqlite_workspace: Workspace, receiver_: Receiver) -> None:
    receiver_.body = b'{"errcode": 0, "code": 0}'
    text = "Lamp\nIt is <due>: https://d.example/m/c/7."
    send(sqlite_workspace, "wecom", {"server": receiver_.url}, {"token": "key"})
    assert receiver_.requests[-1][0] == "/cgi-bin/webhook/send?key=key"
    assert receiver_.json() == {"msgtype": "text", "text": {"content": text}}
    send(sqlite_workspace, "dingtalk", {"server": receiver_.url}, {"token": "key", "sign": "salt"})
    asked = parse_qs(urlsplit(receiver_.requests[-1][0]).query)
    moment = str(int(NOON.timestamp() * 1000))
    assert asked["timestamp"] == [moment]
    assert asked["sign"] == [b64encode(hmac.new(b"salt", f"{moment}\nsalt".encode(), "sha256").digest()).decode()]
    send(sqlite_workspace, "feishu", {"server": receiver_.url}, {"token": "key", "sign": "salt"})
    moment = str(int(NOON.timestamp()))
    assert receiver_.json()["sign"] == b64encode(hmac.new(f"{moment}\nsalt".encode(), b"", "sha256").digest()).decode()
    assert receiver_.json()["content"] == {"text": text}


def test_a_webhook_is_signed_as_the_standard_says() -> None:
    """The example of https://github.com/standard-webhooks/standard-webhooks."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    from_standard = signature.signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", NOON.fromtimestamp(1614265330, NOON.tzinfo), b'{"test": 2432232314}')
    assert from_standard["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    body = b"{}"
    headers = signature.signed("plain secret", "one", NOON, body)
    assert signature.holds("plain secret", headers, body, NOON)
    assert not signature.holds("plain secret", headers, b"{ }", NOON)
    assert not signature.holds("another", headers, body, NOON)
    assert not signature.holds("plain secret", headers, body, NOON + timedelta(minutes=6))


def test_a_message_by_webhook(sqlite_workspace: Workspace, receiver_: Receiver) -> None:
    assert send(sqlite_workspace, "webhook", {"url": f"{receiver_.url}/in"}, {"secret": "pepper"}).state == "sent"
    path, headers, body = receiver_.requests[0]
    assert (path, headers["webhook-id"]) == ("/in", PARCEL.key)
    assert signature.holds("pepper", headers, body, NOON)
    assert receiver_.json()["data"]["id"] == 3


class Postbox(socketserver.ThreadingTCPServer):
    """As much of SMTP as a client needs; `refuse` answers a receiver."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.refuse = ""
        self.hang = False
        super().__init__(("127.0.0.1", 0), Session)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Session(socketserver.StreamRequestHandler):
    server: Postbox

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()[:4]
            if verb == "RCPT" and self.server.refuse:
                self.say(self.server.refuse)
            elif verb == "DATA":
                if self.server.hang:
                    return
                self.say("354 go on")
                letter = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    letter += part
                self.server.letters.append(letter)
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def postbox():
    found = Postbox()
    yield found
    found.shutdown()
    found.server_close()


def mailing(postbox: Postbox) -> dict:
    return {"host": "127.0.0.1", "port": postbox.server_address[1], "security": "none", "sender": "desk@d.example", "sender_name": "服务台"}


def test_mail_says_it_in_text_and_html_with_links_and_picture(sqlite_workspace: Workspace, postbox: Postbox) -> None:
    for _ in range(2):
        send(sqlite_workspace, "email", mailing(postbox))
    first, second = (message_from_bytes(letter, policy=policy.default) for letter in postbox.letters)
    assert first["Message-ID"] == second["Message-ID"] == f"<{hashlib.sha256(PARCEL.key.encode()).hexdigest()[:32]}@d.example>"
    assert (first["Subject"], first["To"], first["From"]) == ("Lamp", "a@b.example", "服务台 <desk@d.example>")
    assert first.get_body(("plain",)).get_content().strip() == "It is <due>: https://d.example/m/c/7."
    page = first.get_body(("html",)).get_content()
    assert '&lt;due&gt;: <a href="https://d.example/m/c/7">https://a.example/y</a>.' in page
    assert 'src="https://d.example/m/o/7.gif"' in page


def test_a_title_can_not_smuggle_headers(sqlite_workspace: Workspace, postbox: Postbox) -> None:
    parcel = Parcel(delivery=1, key="k", address="a@b.example", title="Lamp\r\nBcc: x@y.example", text="x", at=NOON, about={})
    send(sqlite_workspace, "email", mailing(postbox), parcel=parcel)
    letter = message_from_bytes(postbox.letters[0], policy=policy.default)
    assert letter["Bcc"] is None and letter["Subject"] == "Lamp Bcc: x@y.example"


@pytest.mark.parametrize("answer, wanted", [("550 no such box", Declined), ("451 later", Unreachable)])
def test_a_box_that_is_not_there_is_declined_a_busy_one_waits(sqlite_workspace: Workspace, postbox: Postbox, answer: str, wanted: type) -> None:
    postbox.refuse = answer
    with pytest.raises(wanted, match=answer):
        send(sqlite_workspace, "email", mailing(postbox))


def test_a_server_of_mail_that_is_down_or_ends_amid_is_unreachable(sqlite_workspace: Workspace, postbox: Postbox) -> None:
    postbox.hang = True
    with pytest.raises(Unreachable):
        send(sqlite_workspace, "email", mailing(postbox))
    with pytest.raises(Unreachable):
        send(sqlite_workspace, "email", {**mailing(postbox), "port": 9})


@pytest.mark.parametrize("kind, good, bad", [
    ("email", ["a@b.example", " a@b.example "], [None, "", "a", "a@b", "a@b.example, c@d.example", "a@b.example\nBcc: x@y.zz", 5]),
    ("sms", ["13800000000", "+86 138-0000-0000", 13800000000], [None, "", "abc", "123", "1" * 20]),
    ("inbox", [5], [None, "", "x", 0, True, "5"]),
])
def test_addresses(kind: str, good: list, bad: list) -> None:
    assert all(CHANNELS[kind].address(value) for value in good)
    assert [value for value in bad if CHANNELS[kind].address(value)] == []


@pytest.mark.parametrize("text, wanted", [("", (0, 0)), ("a" * 160, (160, 1)), ("a" * 161, (161, 2)), ("字" * 70, (70, 1)), ("字" * 71, (71, 2)), ("字" * 135, (135, 3)), ("😀", (2, 1))])
def test_text_messages_are_counted_as_they_are_charged(text: str, wanted: tuple) -> None:
    assert counted(text) == wanted


def test_secrets_lie_encrypted_under_their_name_and_key(workspace: Workspace) -> None:
    with workspace.write() as connection:
        vault.keep(workspace, connection, "one", "pepper", by=None, at=NOON)
        vault.keep(workspace, connection, "two", "salt", by=None, at=NOON)
        assert vault.use(workspace, connection, "one") == "pepper"
        boxes = dict(connection.exec_driver_sql("SELECT name, box FROM secret").fetchall())
        assert "pepper" not in boxes["one"]
        connection.exec_driver_sql("UPDATE secret SET box = (SELECT box FROM secret WHERE name = 'two') WHERE name = 'one'")
        with pytest.raises(Refused):
            vault.use(workspace, connection, "one")
        with pytest.raises(Refused):
            vault.use(workspace, connection, "three")
        for name, value in (("A b", "x"), ("one", ""), ("one", "x" * 5000)):
            with pytest.raises(Invalid):
                vault.keep(workspace, connection, name, value, by=None, at=NOON)


def called(receiver: Receiver, secret: str = "hook") -> Entry:
    return Entry(id=1, queue="webhook", key="webhook:firing:1:0", payload={"url": f"{receiver.url}/in", "secret": secret, "body": {"id": 3}, "key": "firing:1:0"})


def test_a_call_of_a_rule_is_signed(workspace: Workspace, receiver_: Receiver) -> None:
    with workspace.write() as connection:
        vault.keep(workspace, connection, "hook", "pepper", by=None, at=NOON)
    webhook_out.post(workspace, called(receiver_), NOON)
    _, headers, body = receiver_.requests[0]
    assert signature.holds("pepper", headers, body, NOON)
    assert (headers["webhook-id"], json.loads(body)["data"]) == ("firing:1:0", {"id": 3})
    receiver_.status = 302
    with pytest.raises(Refused):
        webhook_out.post(workspace, called(receiver_), NOON)
    with pytest.raises(Refused):
        webhook_out.post(workspace, called(receiver_, "gone"), NOON)
    assert len(receiver_.requests) == 2, "without its secret it is not asked"


def test_a_server_of_mail_down_for_an_hour_loses_nothing(workspace: Workspace, postbox: Postbox) -> None:
    with workspace.write() as connection:
        accounts.set_up(workspace, connection, CHANNELS["email"], active=True, settings={**mailing(postbox), "port": 9}, secrets={}, by=None, at=NOON)
    numbers = [ticket(workspace, email=f"a{index}@b.example") for index in range(3)]
    for number in numbers:
        asks(workspace, "letter", number, f"cause {number}")
    decided(workspace)
    back, now = NOON + timedelta(hours=1), NOON
    while {row.state for row in deliveries(workspace)} != {"sent"}:
        if now >= back:
            with workspace.write() as connection:
                accounts.set_up(workspace, connection, CHANNELS["email"], active=True, settings=mailing(postbox), secrets={}, by=None, at=now)
        assert (sent(workspace, now) == []) == (now >= back)
        with workspace.read() as connection:
            now = connection.execute(sa.select(sa.func.min(outbox.c.due_at)).where(outbox.c.queue == "send", outbox.c.state == "waiting")).scalar() or now
    assert back <= now < back + timedelta(hours=1)
    letters = [message_from_bytes(letter, policy=policy.default) for letter in postbox.letters]
    assert sorted(letter["To"] for letter in letters) == sorted(f"a{index}@b.example" for index in range(3))
    assert len({letter["Message-ID"] for letter in letters}) == 3
    assert all(row.attempts > 8 and row.error is None for row in deliveries(workspace))
