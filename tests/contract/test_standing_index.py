"""What the index of what stands believes of files, and how long an answer lasts."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, ZERO, Place
from support.reviewed_places import reviewed_place

from openmed.adapters.disk.file_stats import look, unsettled
from openmed.adapters.stores.standing_index import Standing, StandingIndex, Witness
from openmed.domain.attestation.verifier import Role
from openmed.domain.attestation.waiver import Waiver, payload_of_waiver
from openmed.domain.release.product import VerdictProduct
from openmed.pipeline.standing.lasting import lasts_until

SINCE, UNTIL = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
WEDNESDAY = "2026-11-25T12:00:00Z"
MONDAY = "2026-11-30T00:00:00Z"
"""The next epoch of the suite that is written each week."""
ANSWER = Standing(since=SINCE, until=UNTIL, answers={"a": b"1", "b": b""})


def _index(root: Path) -> StandingIndex:
    return StandingIndex(root, artifacts=root, environ={})


def test_what_was_touched_while_it_was_looked_at_is_read(tmp_path: Path) -> None:
    """Two edits of one size may share all times: git's racy rule."""
    late, early = tmp_path / "late", tmp_path / "early"
    early.write_text("old")
    os.utime(early, ns=(10**18, 10**18))
    index = _index(tmp_path)
    time.sleep(0.1)
    late.write_text("new")
    witness = Witness([str(early), str(late)])
    assert (str(late),) == witness.unsettled
    assert index.write("q", ANSWER, witness, [])
    assert ANSWER == index.read("q", now=SINCE)
    witness.contents = {str(late): "0" * 64}
    assert index.write("q", ANSWER, witness, [])
    assert index.read("q", now=SINCE) is None


def test_what_was_opened_late_is_not_believed(tmp_path: Path) -> None:
    """It was not looked at before it was read."""
    index = _index(tmp_path)
    witness = Witness([])
    (tmp_path / "late").write_text("new")
    assert not index.write("q", ANSWER, witness, [str(tmp_path / "late")])


def test_what_moves_while_it_is_computed_is_not_kept(tmp_path: Path) -> None:
    """Nobody knows which of the two was seen."""
    file = tmp_path / "file"
    file.write_text("old")
    witness = Witness([str(file)])
    file.write_text("other")
    assert not _index(tmp_path).write("q", ANSWER, witness, [])


def test_coarse_times_are_believed_later(tmp_path: Path) -> None:
    """Two seconds are one tick of some file systems."""
    second = 10**9
    stats = [1, 7 * second, 7 * second, 1]
    assert ("f",) == unsettled(["f"], stats, since=8 * second)
    assert () == unsettled(["f"], stats, since=10 * second)
    assert () == unsettled(["f"], [1, 7 * second, 7 * second + 1, 1], since=8 * second)
    assert [-1] * 4 == list(look([str(tmp_path / "absent")]))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place as a person has it, whose clock is in the middle of a week."""
    made = reviewed_place(tmp_path / "root")
    return Place(made.root, now=WEDNESDAY)


def test_an_answer_lasts_to_the_next_epoch(place: Place) -> None:
    """Then a generated suite is another one."""
    assert MONDAY == lasts_until(place.world)
    assert MONDAY == lasts_until(replace(place.world, now="2026-11-29T23:59:59Z"))


def test_an_answer_lasts_a_week_where_nothing_ends(place: Place) -> None:
    """Without generated suites, waivers and unspent verdicts."""
    pins = place.root / "gates" / "suites.toml"
    pins.write_text(pins.read_text(encoding="utf-8").partition("[[generated]]")[0])
    assert "2026-12-02T12:00:00Z" == lasts_until(place.world)


def test_an_answer_lasts_while_a_verdict_is_fresh(place: Place) -> None:
    """One that no flip used is made again when it is too old."""
    verdict = builders.a_verdict(candidate=builders.a_candidate(), content=b"new", now=place.now)
    product = VerdictProduct(verdict=verdict, envelope=place.signed(verdict).decode())
    place.products.write(SLOT, "verdict", ZERO, product)
    assert WEDNESDAY == lasts_until(place.world), "at its own second it may begin to count"
    hours = place.world.inputs.policy(SLOT).max_age_hours
    assert 24 == hours
    later = replace(place.world, now="2026-11-25T12:00:01Z")
    assert "2026-11-26T12:00:00Z" == lasts_until(later)


def test_an_answer_lasts_while_a_waiver_counts(place: Place) -> None:
    """Recorded or not."""
    signer = place.person("ada", Role.WAIVE)
    waiver = Waiver(
        slot=SLOT, artifact=ZERO, tag="2026.11.24-1", entry=ZERO, reason="gold was wrong",
        expires="2026-11-27T23:59:59Z",
    )  # fmt: skip
    place.world.waivers.put(signer.sign(payload_of_waiver(waiver, verifier="ada")))
    assert "2026-11-27T23:59:59Z" == lasts_until(place.world)
