"""Nothing planted acts, wherever a notice is shown."""

import json
import re
from html import unescape

import pytest

from openmed.domain.notices.chip import badge_json, badge_svg, task_file
from openmed.domain.notices.inert import MOST_LINE, code, line, markdown, plain
from openmed.domain.notices.issues.marks import marks_of
from openmed.domain.notices.issues.texts import (
    comment_text,
    issue_body,
    issue_title,
    umbrella_body,
)
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.notices.webhook_body import webhook_body

OTHER = "f" * 64
PLANTED = (
    "::set-output name=a::b", "::error::x", "##[error]x", "@everyone", "@org/team", "<!channel>",
    f"<!-- openmed:fp=sha256:{OTHER} -->", "![x](http://evil.example/p.png)", "](http://evil",
    "https://evil.example", "www.evil.example", "owner/repo#12", "fixes #3", "GH-7", "<img src=x>",
    "```", "| a | b |", "# head", "a@b.example", "x" * 10_000_000, "@" * 10_000_000,
)  # fmt: skip
ACTING = re.compile(r"@\w|#\d|://|\bwww\.|\bgh\\?-\d|<[!/a-z]|\]\(|^::|^##\[", re.IGNORECASE)


def planted(text: str) -> Notice:
    """A notice with the text wherever there is room for one."""
    return Notice(
        kind=NoticeKind.HELD, slot=text, about=(text,), title=text[:200], lines=(text,),
        next_step=text, evidence=("e" * 64,), created="2026-11-29T12:00:00Z",
    )  # fmt: skip


def outputs(notice: Notice) -> dict[str, str]:
    """Everything that leaves, but what stands in a fence or in hidden lines of ours."""
    body = issue_body(notice).split("\n", 2)[2]
    table = umbrella_body(("0" * 12,), [notice]).split("\n", 2)[2]
    shown = {
        "title": issue_title(notice), "body": body, "umbrella": table, "task": task_file(notice),
        "webhook": "\n".join(_texts(json.loads(webhook_body(notice, "k", "generic")))),
        "slack": json.loads(webhook_body(notice, "k", "slack"))["text"],
        "badge": json.loads(badge_json(notice.slot, [notice]))["label"],
        "svg": unescape(re.sub(r"<[^>]*>", "", badge_svg(notice.slot, [notice]))),
    }  # fmt: skip
    fence = re.compile(r"```\n.*\n```\n")
    ours = re.compile(r"</?sub>")
    return {name: ours.sub("", fence.sub("", text)) for name, text in shown.items()}


def _texts(table: dict[str, object]) -> list[str]:
    rows = [value if isinstance(value, list) else [value] for value in table.values()]
    return [str(text) for row in rows for text in row]


@pytest.mark.parametrize("text", PLANTED, ids=lambda text: text[:12])
def test_planted_text_is_inert(text: str) -> None:
    """No mention, no link, no number, no markup, no command; and never more than has room."""
    for name, shown in outputs(planted(text)).items():
        assert ACTING.search(shown) is None, (name, shown[:300])
        assert len(shown) < 40_000, name


@pytest.mark.parametrize("text", ["# a", "| a | b |", "> a", "`a`", "* a", "[a](b)", "**a**", "~a"])
def test_markdown_is_text(text: str) -> None:
    """Every character that begins markup is escaped."""
    assert (
        re.sub(r"\\.|&lt;|\u200b", "", markdown(text)).translate(dict.fromkeys(map(ord, "ab()/ ")))
        == ""
    )


@pytest.mark.parametrize("text", PLANTED, ids=lambda text: text[:12])
def test_planted_text_is_no_mark(text: str) -> None:
    """Only our own first line names the trouble, and there is one."""
    notice = planted(text)
    body = issue_body(notice)
    marks = marks_of(body)
    assert marks is not None
    assert marks.fingerprint == notice.fingerprint
    assert body.count("<!--") == 2
    assert comment_text("k" * 64, markdown(text)).count("<!--") == 1


@pytest.mark.parametrize("text", PLANTED, ids=lambda text: text[:12])
def test_a_fence_holds_one_line(text: str) -> None:
    """It is not ended before its end."""
    assert "```" not in code(text)
    assert issue_body(planted(text)).count("\n```\n") == 2


@pytest.mark.parametrize("show", [plain, markdown, code, line])
def test_what_is_safe_stays_as_it_is(show: object) -> None:
    """And a long one is cut, and says so."""
    assert callable(show)
    assert show("pii::tiny::onnx") == "pii::tiny::onnx"
    cut = show("x" * 1000)
    assert (len(cut), "(cut)" in cut.replace("\\", "")) == (MOST_LINE, True)


def test_ends_of_lines_are_none() -> None:
    """Of whatever kind."""
    for end in "\n\r\u2028\u2029\x85\x0b\x0c":
        for show in (plain, markdown, code):
            assert len(show(f"a{end}::error::b").splitlines()) == 1
            assert "::error" not in show(f"a{end}::error::b")[:9]


def test_half_an_emoji_is_no_fault() -> None:
    """A lone surrogate cannot be encoded; it is shown as an escape."""
    for show in (plain, markdown, code):
        assert show("\ud83d").encode().replace(b"\\\\", b"\\") == rb"\ud83d"
