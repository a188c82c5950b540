"""Which runs leave a record, and what files of records of two machines come to."""

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.records.record_lines import united
from openmed.domain.records.recording import (
    DESK,
    ONLY_IN_CI,
    RECORDED,
    leaves_record,
    next_by_of,
    recorded_command,
    trigger_of,
)
from openmed.domain.records.run_history import (
    expected_runs,
    last_runs,
    rollbacks,
    runs_material,
    undelivered,
)
from openmed.domain.records.run_record import RunRecord, StageTimes

NOW = "2026-11-29T12:00:00Z"


def run(ended: str = NOW, command: str = "release run", code: int = 0, **more: object) -> RunRecord:
    """One run."""
    facts = {"command": command, "trigger": "schedule", "started": NOW, "ended": ended}
    return RunRecord.model_validate({**facts, "exit_code": code, **more})


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("release run", "release run"),
        ("--debug release rollback pii --reason leaks", "release rollback"),
        ("release --json run pii::*", "release run"),
        ("monitor nightly --root x", "monitor nightly"),
        ("release run --no-such-option", "release run"),
        ("release run --dry-run", ""),
        ("release rollback --help", ""),
        ("release rollback -h", ""),
        ("release status", ""),
        ("release", ""),
        ("", ""),
        ("release freeze x --reason run", ""),
    ],
)
def test_a_command_line_names_a_command_that_is_recorded(line: str, command: str) -> None:
    """Also one that cannot be understood; not one that only says what it would do."""
    assert command == recorded_command(line.split())


@pytest.mark.parametrize(
    ("event", "is_ci", "trigger"),
    [
        ("schedule", True, "schedule"),
        ("workflow_dispatch", True, "dispatch"),
        ("repository_dispatch", True, "event"),
        ("push", True, "push"),
        ("pull_request", True, "pull-request"),
        ("issue_comment", True, "event"),
        ("", True, "event"),
        ("schedule", False, DESK),
    ],
)
def test_what_started_a_run_is_told_by_the_job(event: str, is_ci: bool, trigger: str) -> None:  # noqa: FBT001 - a row
    """Off CI it is a person, whatever the environment says."""
    assert trigger == trigger_of(event, is_ci=is_ci)


@pytest.mark.parametrize("command", sorted(RECORDED))
@pytest.mark.parametrize("is_idle", [True, False])
@pytest.mark.parametrize("is_understood", [True, False])
def test_ci_always_leaves_a_record_and_a_desk_only_of_what_was_done(
    command: str, *, is_idle: bool, is_understood: bool
) -> None:
    """A run with nothing to do is a sign of life where nobody watches, and dirt at a desk."""

    def is_left(trigger: str) -> bool:
        return leaves_record(command, trigger=trigger, is_idle=is_idle, is_understood=is_understood)

    assert is_left("schedule")
    is_worth_it = is_understood and not is_idle and command not in ONLY_IN_CI
    assert is_worth_it == is_left(DESK)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("24", "2026-11-30T12:00:00Z"),
        ("1", "2026-11-29T13:00:00Z"),
        ("2026-12-01T03:17:00Z", "2026-12-01T03:17:00Z"),
        ("0", None),
        ("-1", None),
        ("²", None),
        ("99999", None),
        ("tomorrow", None),
        ("2026-12-01", None),
        ("2026-12-01T03:17:00+01:00", None),
        ("9" * 400, None),
    ],
)
def test_the_next_run_is_expected_at_a_time_or_after_hours(said: str, at: str | None) -> None:
    """Whatever else is said names no time."""
    assert at == next_by_of(said, started=NOW)


LINES = st.lists(
    st.one_of(
        st.builds(
            lambda at, n: json.dumps({"ended": at, "n": n}).encode(),
            st.sampled_from([NOW, "2026-11-30T00:00:00Z"]),
            st.integers(0, 3),
        ),
        st.sampled_from([b"{", b"[]", b"", b"\xff", b'{"ended": 1}', b'{"schema": "later/2"}']),
    ),
    max_size=5,
)


@given(LINES, LINES, LINES)
def test_united_files_are_the_same_whoever_was_first(
    one: list[bytes], two: list[bytes], three: list[bytes]
) -> None:
    """Every whole line once, in one order; uniting again changes nothing."""
    files = [b"\n".join(lines) for lines in (one, two, three)]
    found = {
        united(united(a, b, moment="ended"), c, moment="ended") for a, b, c in permutations(files)
    }
    (whole,) = found
    assert whole == united(whole, whole, moment="ended")
    objects = {line for line in (*one, *two, *three) if line.startswith(b"{") and len(line) > 1}
    assert objects == set(whole.splitlines())


def test_the_last_run_of_each_command_and_the_next_ones_are_known() -> None:
    """A run by hand in between says nothing of the next one."""
    later = "2026-11-29T13:00:00Z"
    nightly = run(command="monitor nightly", next_by="2026-11-30T12:00:00Z")
    by_hand = run(later, command="monitor nightly", code=3)
    rows = (run(), nightly, by_hand)
    assert last_runs(rows) == (by_hand, run())
    assert expected_runs(rows) == (nightly,)


def test_rollbacks_are_the_runs_that_measured_one() -> None:
    """A refused one measured nothing; it is a run like others."""
    times = StageTimes(detected_at=NOW, decided=0.1, flipped=0.2)
    done = run(command="release rollback", times=times)
    refused = run(command="release rollback", code=4, times=StageTimes(detected_at=NOW))
    assert (done,) == rollbacks((done, refused, run()))


def test_undelivered_messages_are_those_of_the_newest_run() -> None:
    """None where it says nothing of them."""
    assert undelivered((run(counts=(("undelivered", 2),)),)) == 2
    assert undelivered((run(counts=(("undelivered", 2),)), run())) == 0
    assert undelivered(()) == 0


def test_pages_without_runs_are_made_of_what_they_were_made_of() -> None:
    """An engine that knows no runs rendered them."""
    assert {} == runs_material(())
    assert runs_material((run(),)) != runs_material((run(code=3),))
