"""Issues over real sockets: how one lives, and how many there are, exactly."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.github.loopback import TOKEN, Fault, FaultKind, LoopbackGithub, loopback_github
from support.github.nights import GITHUB, Nights, trouble, use_github

from openmed.adapters.notices.github_api import GithubIssues
from openmed.adapters.notices.http import HttpClient
from openmed.domain.notices.delivery import DeliveryOutcome
from openmed.domain.notices.issues.texts import issue_body
from openmed.domain.notices.notice import NoticeKind

SLOT = "pii::tiny::onnx"
HELD = trouble(SLOT)


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackGithub]:
    """GitHub on this machine."""
    with loopback_github() as github:
        use_github(monkeypatch, github)
        yield github


@pytest.fixture
def nights(tmp_path: Path, github: LoopbackGithub) -> Nights:
    """A repository that tells GitHub only."""
    assert github.url
    return Nights(tmp_path, GITHUB)


def test_the_life_of_an_issue(nights: Nights, github: LoopbackGithub) -> None:
    """Opened once, kept as it is, edited, closed after two good runs, reopened."""
    tracker = github.tracker
    assert nights.run([HELD]).undelivered == ()
    (issue,) = tracker.issues
    assert tracker.counts == {
        "GET issues": 2, "GET labels/N": 1, "POST labels": 1, "POST issues": 1,
    }  # fmt: skip
    tracker.counts.clear()
    nights.run([HELD])
    assert tracker.counts == {"GET issues": 1}
    tracker.counts.clear()
    nights.run([trouble(SLOT, reason="fewer still")])
    assert (tracker.counts, issue.comments) == ({"GET issues": 1, "PATCH issues/N": 1}, [])
    assert "fewer still" in issue.body
    tracker.counts.clear()
    nights.run(ended=[HELD])
    assert (issue.state, tracker.counts) == ("open", {"GET issues": 1})
    nights.run(ended=[HELD])
    assert (issue.state, issue.reason, len(issue.comments)) == ("closed", "completed", 1)
    tracker.counts.clear()
    nights.run([HELD])
    assert (issue.state, issue.reason, len(issue.comments)) == ("open", "reopened", 2)
    assert tracker.counts == {
        "GET issues": 1, "GET issues/N/comments": 1, "POST issues/N/comments": 1,
        "PATCH issues/N": 1,
    }  # fmt: skip
    assert len(tracker.issues) == 1


def test_a_good_run_between_does_not_count_later(nights: Nights, github: LoopbackGithub) -> None:
    """Good runs are counted since the trouble was last there."""
    nights.run([HELD])
    nights.run(ended=[HELD])
    nights.run([HELD])
    nights.run(ended=[HELD])
    assert [issue.state for issue in github.tracker.issues] == ["open"]


def test_another_verdict_is_a_comment(nights: Nights, github: LoopbackGithub) -> None:
    """The same gates, and now they cannot decide."""
    nights.run([HELD])
    nights.run([trouble(SLOT, kind=NoticeKind.NO_VERDICT)])
    nights.run([trouble(SLOT, kind=NoticeKind.NO_VERDICT)])
    (issue,) = github.tracker.issues
    assert [comment.splitlines()[1] for comment in issue.comments] == [
        "The verdict is now: no verdict."
    ]


def test_another_gate_is_another_issue(nights: Nights, github: LoopbackGithub) -> None:
    """And the order of gates is none."""
    nights.run([trouble(SLOT, "a", "b"), trouble(SLOT, "c")])
    nights.run([trouble(SLOT, "b", "a")])
    assert len(github.tracker.issues) == 2


@pytest.mark.parametrize("how", ["not planned", "unmarked", "unmarked and unlabelled"])
def test_what_a_person_refused_stays_so(nights: Nights, github: LoopbackGithub, how: str) -> None:
    """No edit, no comment, no other issue."""
    nights.run([HELD])
    (issue,) = github.tracker.issues
    if how == "not planned":
        issue.state, issue.reason = "closed", "not_planned"
    else:
        issue.body = "Mine now."
    if how == "unmarked and unlabelled":
        issue.labels = []
    before = (issue.title, issue.body, issue.state)
    for _ in range(2):
        nights.run([HELD])
        nights.run(ended=[HELD])
    assert before == (issue.title, issue.body, issue.state)
    assert (issue.comments, len(github.tracker.issues)) == ([], 1)


def test_an_issue_that_was_deleted_is_made_again(nights: Nights, github: LoopbackGithub) -> None:
    """Nobody said that it is to be quiet."""
    nights.run([HELD])
    github.tracker.issues.clear()
    nights.run([HELD])
    assert len(github.tracker.issues) == 1


def test_an_issue_without_its_label_is_still_the_one(
    nights: Nights, github: LoopbackGithub
) -> None:
    """Its number is remembered."""
    nights.run([HELD])
    github.tracker.issues[0].labels = []
    nights.run([trouble(SLOT, reason="fewer still")])
    (issue,) = github.tracker.issues
    assert "fewer still" in issue.body


def test_an_issue_of_an_older_engine_goes_on(nights: Nights, github: LoopbackGithub) -> None:
    """Its mark was made of other facts, and there was no second line."""
    facts = {"slot": SLOT, "standing": "QUARANTINED", "gates": ["recall_floor"]}
    name = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    old = f"<!-- openmed:fp=sha256:{name} -->\n# QUARANTINED: {SLOT}\n"
    github.tracker.add("QUARANTINED", old, labels=("openmed-release",))
    nights.run([HELD])
    (issue,) = github.tracker.issues
    assert (issue.state, issue.comments) == ("open", [])
    assert f"<!-- openmed:fp=sha256:{HELD.fingerprint} -->" in issue.body


def test_pull_requests_are_no_issues(nights: Nights, github: LoopbackGithub) -> None:
    """Even with the label and the mark."""
    nights.run([HELD])
    github.tracker.issues[0].is_pull_request = True
    nights.settings(GITHUB)
    (nights.root / "gates" / "notices" / "2026-11.jsonl").unlink()
    nights.run([HELD])
    assert [issue.is_pull_request for issue in github.tracker.issues] == [True, False]


def test_every_page_is_read(nights: Nights, github: LoopbackGithub) -> None:
    """The issue is on the third; another one would be a second."""
    for number in range(205):
        github.tracker.add(f"other {number}", labels=("openmed-release",))
    nights.run([HELD])
    github.tracker.counts.clear()
    nights.run([HELD])
    assert (len(github.tracker.issues), github.tracker.counts) == (206, {"GET issues": 3})


def test_two_hundred_slots_at_once(nights: Nights, github: LoopbackGithub) -> None:
    """Ten issues and one with a table; the next nights make no more; then all is closed."""
    held = [trouble(f"pii::t{number}::onnx") for number in range(200)]
    for _ in range(2):
        assert nights.run(held).undelivered == ()
    tracker = github.tracker
    assert (len(tracker.issues), tracker.counts["POST issues"]) == (11, 11)
    assert sum(len(issue.comments) for issue in tracker.issues) == 0
    umbrella = tracker.issues[-1]
    assert umbrella.title == "190 more slots need attention"
    assert umbrella.body.count("\n| pii") == 100
    own = [one for one in held if one.fingerprint in "".join(i.body for i in tracker.issues[:10])]
    for _ in range(2):
        nights.run(ended=own)
    assert (len(own), tracker.open()) == (10, [umbrella])


def test_what_an_umbrella_lists_ends_one_by_one(nights: Nights, github: LoopbackGithub) -> None:
    """It is edited in place, closed with the last one, and what comes back begins anew."""
    nights.settings(GITHUB + "new_issues = 1\n")
    held = [trouble(f"pii::t{number}::onnx") for number in range(5)]
    nights.run(held)
    own, umbrella = github.tracker.issues
    listed = [one for one in held if one.fingerprint not in own.body]
    titles = []
    for number in (1, 4):
        for _ in range(2):
            nights.run(ended=listed[:number])
        titles.append((umbrella.title, umbrella.state))
    assert titles == [("3 more slots need attention", "open"), (titles[0][0], "closed")]
    assert (len(umbrella.comments), own.state) == (1, "open")
    nights.run(held)
    assert (len(github.tracker.issues), umbrella.state) == (3, "open")


@pytest.mark.parametrize("is_unmarked", [True, False])
def test_an_umbrella_that_a_person_refused(
    nights: Nights, github: LoopbackGithub, *, is_unmarked: bool
) -> None:
    """What it listed stays quiet, and there is no second one."""
    nights.settings(GITHUB + "new_issues = 1\n")
    held = [trouble(f"pii::t{number}::onnx") for number in range(4)]
    nights.run(held)
    umbrella = github.tracker.issues[-1]
    if is_unmarked:
        umbrella.body = "mine"
    else:
        umbrella.state, umbrella.reason = "closed", "not_planned"
    before = (umbrella.title, umbrella.body, umbrella.state)
    for _ in range(3):
        nights.run(held)
    assert before == (umbrella.title, umbrella.body, umbrella.state)
    assert len(github.tracker.issues) == 2


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize(
    "kind", [kind for kind in FaultKind if kind not in {FaultKind.SLOW, FaultKind.REDIRECT}]
)
def test_one_fault_costs_nothing(
    nights: Nights, github: LoopbackGithub, kind: FaultKind, method: str
) -> None:
    """Whatever goes wrong once, wherever: one issue, closed once, with one comment for it."""
    github.tracker.labels.add("openmed-release")
    github.faults = [Fault(kind, method)]
    nights.run([HELD])
    github.faults += [Fault(kind, method)]
    nights.run([trouble(SLOT, reason="fewer")])
    for _ in range(2):
        github.faults += [Fault(kind, method)]
        nights.run(ended=[HELD])
    marked = [issue for issue in github.tracker.issues if "openmed:fp" in issue.body]
    assert [(issue.state, issue.reason) for issue in marked] == [("closed", "completed")]
    assert len(set(marked[0].comments)) == 1
    assert github.tracker.open() == []
    is_doubled = (kind, method) == (FaultKind.TWICE, "POST")
    assert len(github.tracker.issues) == 1 + is_doubled


@pytest.mark.parametrize("kind", [FaultKind.SECONDARY_LIMIT, FaultKind.PRIMARY_LIMIT])
def test_a_limit_is_obeyed(nights: Nights, github: LoopbackGithub, kind: FaultKind) -> None:
    """As long as was asked, when that is short."""
    github.faults = [Fault(kind, "POST", seconds=9)]
    if kind is FaultKind.PRIMARY_LIMIT:
        github.now = time.time()
    assert nights.run([HELD]).undelivered == ()
    (waited,) = nights.waits
    assert 8 <= waited <= 11


@pytest.mark.parametrize("kind", [FaultKind.SECONDARY_LIMIT, FaultKind.PRIMARY_LIMIT])
def test_a_long_limit_is_left_for_the_next_run(
    nights: Nights, github: LoopbackGithub, kind: FaultKind
) -> None:
    """Nothing is asked again in this one, and nothing is lost, in a fresh checkout too."""
    github.now = time.time()
    github.faults = [Fault(kind, seconds=3000)]
    held = [trouble(f"pii::t{number}::onnx") for number in range(3)]
    report = nights.run(held)
    assert [one.outcome for one in report.undelivered] == [DeliveryOutcome.LATER] * 3
    assert (nights.waits, sum(github.tracker.counts.values())) == ([], 1)
    assert nights.run().undelivered == ()
    assert len(github.tracker.issues) == 3


def test_github_is_down(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four attempts for everything together, not for each message."""
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    report = nights.run([trouble(f"pii::t{number}::onnx") for number in range(20)])
    assert len(report.undelivered) == 20
    assert nights.waits == [1.0, 2.0, 4.0]
    assert {one.says for one in report.undelivered} == {"GitHub could not be reached"}


def test_what_github_refuses_holds_up_nothing_else(nights: Nights, github: LoopbackGithub) -> None:
    """It stays undelivered, and is said; the others have their issues."""
    github.tracker.refused_words.add("t1")
    held = [trouble(f"pii::t{number}::onnx") for number in range(3)]
    for _ in range(2):
        report = nights.run(held)
        assert [(one.slot, one.outcome.value) for one in report.undelivered] == [
            ("pii::t1::onnx", "refused")
        ]
    assert len(github.tracker.issues) == 2


def test_a_token_goes_to_no_other_address(nights: Nights, github: LoopbackGithub) -> None:
    """A redirect is not followed; plain HTTP is for this machine only."""
    github.faults = [Fault(FaultKind.REDIRECT, times=9)]
    assert len(nights.run([HELD]).undelivered) == 1
    assert github.tracker.issues == []


@pytest.mark.parametrize(
    "address", ["http://github.example", "ftp://127.0.0.1", "https://a:b@host", "https://[", ""]
)
def test_an_address_that_may_not_have_the_token(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Nothing is sent there."""
    monkeypatch.setenv("GITHUB_API_URL", address or "x")
    (one,) = nights.run([HELD]).undelivered
    assert "address of the API" in one.says
    assert nights.waits == []


def test_a_reply_that_never_comes(github: LoopbackGithub) -> None:
    """It was carried out; it is found, and not made again."""
    client = HttpClient(wait=lambda _: None, seconds=lambda: 0.0, patience=0.3)
    issues = GithubIssues(
        client, api=github.url, repository="openmed/models", token=TOKEN, label="openmed-release"
    )
    github.faults = [Fault(FaultKind.SLOW, "POST")]
    assert issues.create("held", issue_body(HELD)).number == 1
    assert len(github.tracker.issues) == 1
