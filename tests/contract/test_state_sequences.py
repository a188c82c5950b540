"""It never goes backwards: random commands and git habits on three clones, against a model."""

from collections import Counter
from pathlib import Path

import pytest
from support.simulators.shared_places import copy_of, prepared
from support.simulators.state_sequences import Sequence, Violation

from openmed.adapters.sync.checkout_memory import CheckoutMemory
from openmed.adapters.sync.git_history import GitHistory

STEPS = 12
FIRST_SEED = 20261128
MOST_TRIED = 60
"""Sequences in which a removed guard must be noticed."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; sequences copy it."""
    return prepared(tmp_path_factory.mktemp("sequences"))


def _run(template: Path, folder: Path, seed: int, *, is_clock_jumping: bool) -> Counter[str]:
    folder.mkdir()
    sequence = Sequence(copy_of(template, folder), seed, is_clock_jumping=is_clock_jumping)
    try:
        sequence.run(STEPS)
    except Violation as violation:
        violation.add_note(f"seed {seed}, steps {dict(sequence.counts)}")
        raise
    return sequence.counts


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("is_clock_jumping", [False, True])
def test_no_sequence_brings_back_what_was_condemned(
    template: Path,
    work: Path,
    sequences: int,
    capsys: pytest.CaptureFixture[str],
    *,
    is_clock_jumping: bool,
) -> None:
    """And none that is read has a pointer that went backwards."""
    total: Counter[str] = Counter()
    count = sequences // 2
    for number in range(count):
        seed = FIRST_SEED + number
        total += _run(template, work / str(number), seed, is_clock_jumping=is_clock_jumping)
    share = total["git"] / (total["git"] + total["engine"])
    with capsys.disabled():
        words = "jumping clock" if is_clock_jumping else "steady clock"
        told = f"{count} sequences, seeds {FIRST_SEED}.., {words}: {share:.0%} git; {dict(total)}"
        print(f"\n{told}")  # noqa: T201 - seeds and counts are the finding
    assert share >= 0.3


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("guard", ["witness", "ancestry"])
def test_without_a_guard_the_model_notices(
    guard: str, template: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the model can fail, and each guard is needed."""
    kind, name = {
        "witness": (CheckoutMemory, "_witnessed"),
        "ancestry": (GitHistory, "sightings"),
    }[guard]
    monkeypatch.setattr(kind, name, lambda *_: ())
    assert any(_is_noticed(template, work / str(n), FIRST_SEED + n) for n in range(MOST_TRIED))


def _is_noticed(template: Path, folder: Path, seed: int) -> bool:
    try:
        _run(template, folder, seed, is_clock_jumping=False)
    except Violation:
        return True
    return False
