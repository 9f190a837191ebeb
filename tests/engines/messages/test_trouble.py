"""A failed try in words people understand; what has none is shown as it is kept."""

from __future__ import annotations

import pytest

from engines.messages.trouble import KNOWN, in_words
from metamodel.issues import Issue, wording

CASES = (
    ("ConnectionRefusedError: [Errno 111] Connection refused", "连不上：对方拒绝连接。请检查地址和端口，或对方服务是否开着。"),
    ("渠道没有接收：ConnectionRefusedError: [Errno 111] Connection refused", "连不上：对方拒绝连接。请检查地址和端口，或对方服务是否开着。"),
    ("no whole answer within 0.6 s", "对方 0.6 秒内没有应答。请检查地址和网络，或稍后重发。"),
    ("TimeoutError: timed out", "对方 10 秒内没有应答。请检查地址和网络，或稍后重发。"),
    ("gaierror: [Errno -2] Name or service not known", "找不到这个服务器。请检查服务器的名称。"),
    ("SMTPAuthenticationError: (535, b'5.7.8 bad')", "登录名或密码不对。请在渠道设置里重新填写。"),
    ("SSLError: [SSL: WRONG_VERSION_NUMBER]", "加密连接没有建立。请检查加密方式与端口是否相配，证书是否有效。"),
    ("SMTPServerDisconnected: Connection unexpectedly closed", "对方中断了连接。请检查加密方式与端口，或稍后重发。"),
    ("OSError: [Errno 101] Network is unreachable", "网络到不了对方。请检查地址和网络。"),
    ("503 busy", "对方回答 503 busy"),
    ("渠道没有接收：503", "对方回答 503"),
    ("not an address of the web: x", "not an address of the web: x"),
    (None, None),
)  # fmt: skip


@pytest.mark.parametrize(("kept", "shown"), CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_reason_is_told_in_words(kept: str | None, shown: str | None) -> None:
    assert in_words(kept, "zh-CN") == shown


def test_every_reason_has_words_in_both_languages() -> None:
    for _, word in KNOWN:
        said = {
            wording(Issue(code=f"trouble.{word}", arguments={"seconds": 1, "status": 2, "text": ""}), locale)[0]
            for locale in ("zh-CN", "en")
        }
        assert len(said) == 2 and f"trouble.{word}" not in said
