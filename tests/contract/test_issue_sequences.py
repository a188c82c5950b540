"""Any sequence of nights and faults ends in the same: one open issue a trouble, none for an end."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.github.loopback import Fault, FaultKind, LoopbackGithub, loopback_github
from support.github.nights import GITHUB, Nights, trouble, use_github
from support.github.tracker import Tracker

from openmed.domain.notices.issues.marks import UMBRELLA, marks_of, short

SLOTS = tuple(trouble(f"pii::t{number}::onnx") for number in range(4))
KINDS = [kind for kind in FaultKind if kind is not FaultKind.SLOW]
FAULTS = st.builds(
    Fault,
    st.sampled_from(KINDS),
    st.sampled_from(["", "GET", "POST", "PATCH"]),
    times=st.integers(1, 6),
    seconds=st.sampled_from([1, 3000]),
)
NIGHT = st.tuples(st.sets(st.integers(0, 3)), st.lists(FAULTS, max_size=2), st.booleans())


@pytest.fixture(scope="module")
def github() -> Iterator[LoopbackGithub]:
    """GitHub on this machine, for all sequences."""
    with loopback_github() as github:
        yield github


@pytest.mark.timeout(300)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(nights=st.lists(NIGHT, min_size=1, max_size=5), last=st.sets(st.integers(0, 3)))
def test_the_end_is_the_same(
    github: LoopbackGithub,
    monkeypatch: pytest.MonkeyPatch,
    nights: list[tuple[set[int], list[Fault], bool]],
    last: set[int],
) -> None:
    """Two new issues a night are allowed, so that some sequences need the umbrella."""
    use_github(monkeypatch, github)
    github.tracker = Tracker()
    folder = Path(tempfile.mkdtemp())
    try:
        repository = Nights(folder, GITHUB + "new_issues = 2\n")
        for held, faults, is_fresh in nights:
            github.faults = [Fault(f.kind, f.method, f.times, f.seconds) for f in faults]
            _night(repository, held, fresh=is_fresh)
        github.faults = []
        for _ in range(2):
            assert _night(repository, last) == 0
    finally:
        shutil.rmtree(folder)
    is_doubled = any(fault.kind is FaultKind.TWICE for _, faults, _ in nights for fault in faults)
    assert is_doubled or len(github.tracker.issues) <= len(SLOTS) + 1
    assert _told(github.tracker) == sorted(SLOTS[number].fingerprint for number in last)


def _night(repository: Nights, held: set[int], *, fresh: bool = True) -> int:
    """A night in which each slot is held or good; how many messages are left."""
    report = repository.run(
        [SLOTS[number] for number in sorted(held)],
        ended=[notice for number, notice in enumerate(SLOTS) if number not in held],
        fresh=fresh,
    )
    return len(report.undelivered)


def _told(tracker: Tracker) -> list[str]:
    """Troubles that an open issue tells of; no mark twice, whether open or closed."""
    marks = [(issue, marks_of(issue.body)) for issue in tracker.issues]
    names = [found.fingerprint for _, found in marks if found]
    assert len(names) == len(set(names))
    told: list[str] = []
    for issue, found in marks:
        if issue.state == "open" and found:
            is_umbrella = found.fingerprint == UMBRELLA
            told += found.members if is_umbrella else [found.fingerprint]
    known = {short(notice.fingerprint): notice.fingerprint for notice in SLOTS}
    return sorted(known.get(name, name) for name in told)
