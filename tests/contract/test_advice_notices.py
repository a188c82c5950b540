"""`openmed notify` as a person and a program run it; done as printed, it delivers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from schema_documents import FOLDER, files
from support.following import Desk, follow
from support.github.loopback import TOKEN, Fault, FaultKind, LoopbackGithub, loopback_github
from support.github.nights import GITHUB, trouble
from support.json_schema import faults

from openmed.adapters.records.outbox import Outbox
from openmed.domain.notices.notice import Notice

NOTIFY = "openmed notify"
PLANTED = "::error title=x::PLANTED ##[error]PLANTED"


@pytest.fixture
def github() -> Iterator[LoopbackGithub]:
    """GitHub on this machine."""
    with loopback_github() as github:
        yield github


@pytest.fixture
def desk(tmp_path: Path, github: LoopbackGithub) -> Desk:
    """A repository with two messages that wait, one of them planted."""
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "notices.toml").write_text(GITHUB)
    held = trouble("pii::tiny::onnx")
    planted = Notice(
        kind=held.kind, slot=PLANTED, about=(PLANTED,), title=PLANTED, lines=(PLANTED,),
        created=held.created,
    )  # fmt: skip
    for notice in (held, planted):
        Outbox(tmp_path / "artifacts").put(notice)
    environment = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": github.url}
    return Desk(tmp_path, tmp_path / "me", environment=environment)


def test_what_was_not_delivered_is_delivered_later(desk: Desk, github: LoopbackGithub) -> None:
    """Exit code 8 names it, without a word that a CI would obey; then 0."""
    github.faults = [Fault(FaultKind.SECONDARY_LIMIT, seconds=3000)]
    said = desk.openmed("notify")
    assert said.code == 8
    assert "GitHub asks to wait (HTTP 403)" in said.text
    assert not [line for line in said.text.splitlines() if line.strip().startswith("::")]
    assert "##[" not in said.text
    assert TOKEN not in said.text
    follow(desk, said, NOTIFY)
    assert len(github.tracker.issues) == 2
    assert not list((desk.root / "artifacts" / "outbox").iterdir())


def test_a_dry_run_asks_nobody(desk: Desk, github: LoopbackGithub) -> None:
    """And writes nothing."""
    said = desk.openmed("notify", "--dry-run", "--json")
    table = json.loads(said.text)["data"]
    assert (said.code, table["sinks"][0]["messages"], table["undelivered"]) == (0, 2, [])
    assert faults(table, json.loads(files()[FOLDER / "notify.json"])) == []
    assert not github.tracker.counts
    assert not (desk.root / "gates" / "notices").exists()


def test_records_follow_their_schema(desk: Desk) -> None:
    """Each line; and without a token everything waits."""
    desk = replace(desk, environment={"GITHUB_TOKEN": ""})
    assert desk.openmed("notify", "--json").code == 8
    lines = (desk.root / "gates" / "notices" / "2026-11.jsonl").read_text().splitlines()
    schema = json.loads(files()[FOLDER / "delivery.json"])
    assert [faults(json.loads(line), schema) for line in lines] == [[], []]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("god_runs = 2", "did you mean `good_runs`?"),
        ('[[sink]]\nname = "pager"', "there is no sink 'pager' (known: files, github, webhook)"),
        ('[[sink]]\nname = "github"\ntoken = "x"', "`token`"),
        ('[[sink]]\nname = "webhook"\nshape = "teams"', "shape"),
        ('[[sink]]\nname = "files"\n[[sink]]\nname = "files"', "two tables for the sink 'files'"),
        ("sink = 1", "sink is no list of tables"),
        ("[[sink", "cannot be read as TOML"),
    ],
)
def test_settings_that_cannot_be_used(desk: Desk, settings: str, says: str) -> None:
    """Exit code 2, by doctor too; nobody is asked, and nothing is lost."""
    (desk.root / "gates" / "notices.toml").write_text(settings)
    said = desk.openmed("notify")
    assert said.code == 2
    assert says in said.text.replace("\n", " ")
    (found,) = (
        c for c in json.loads(desk.doctor().text)["data"]["checks"] if c["name"] == "notices"
    )
    assert (found["health"], says in found["says"]) == ("broken", True)
    assert len(list((desk.root / "artifacts" / "outbox").iterdir())) == 2
