"""An upload holds nobody up: it is done before the lock, and what it was for is decided again."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import pytest
from support import builders
from support.hub import TestHub
from support.hub_places import PUBLIC, STAGING, HubRepositoryPlace, allow, token_of
from support.places import BACK

from openmed.domain.release.flip_record import FlipRecord
from openmed.domain.release.publishing.publication import history_of
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.ports.publishing import PublicRegistry

pytest.importorskip("huggingface_hub")

FIRST, SECOND, THIRD = (f"{name} ".encode() * 4000 for name in ("first", "second", "third"))
SLOW = 3.0
"""Seconds that an upload takes here."""


@pytest.fixture
def place(hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubRepositoryPlace:
    """A release repository with a fine-grained token and two releases."""
    allow(monkeypatch, token_of(hub))
    made = HubRepositoryPlace(tmp_path / "r")
    for content in (FIRST, SECOND):
        made.release(content)
    return made


def _while_uploading(
    place: HubRepositoryPlace, hub: TestHub, act: Callable[[], object]
) -> tuple[FlipRecord, float]:
    """Do something while the candidate of a flip is uploaded; seconds that it took."""
    command = HubRepositoryPlace(place.place.root)
    verdict = command.place.verdict(THIRD)
    command.place.offer(verdict, command.place.signed(verdict), content=THIRD)
    slow = hub.fault("preupload", 1, "delay", repository=STAGING, seconds=SLOW)
    with ThreadPoolExecutor(1) as pool:
        flipping: Future[FlipRecord] = pool.submit(command.place.flip)
        until = monotonic() + 30
        while not slow.used and monotonic() < until:
            sleep(0.01)
        assert slow.used
        began = monotonic()
        act()
        seconds = monotonic() - began
        assert not flipping.done()
        return flipping.result(), seconds


def test_the_lock_is_free_while_a_candidate_is_uploaded(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """Then the flip goes on as if nobody had come."""

    def take() -> None:
        with place.place.releases.lock():
            pass

    record, seconds = _while_uploading(place, hub, take)
    assert seconds < SLOW / 2
    assert record.results[0].standing is SlotOutcome.RELEASED
    (done,) = HubRepositoryPlace(place.place.root).follow()
    assert done.receipt is not None, done.fault
    assert hub.repository(PUBLIC).files("main")["model.onnx"] == THIRD


def test_a_rollback_during_an_upload_wins(place: HubRepositoryPlace, hub: TestHub) -> None:
    """It waits for nobody; the flip was compared with what is gone, so it moves nothing."""
    record, _ = _while_uploading(place, hub, lambda: place.place.roll_back(BACK))
    (result,) = record.results
    assert (result.standing, result.exit_code) == (SlotOutcome.REFUSED, 6)
    live = place.live
    assert live is not None
    assert live.release.artifact == builders.artifact_of(FIRST)
    HubRepositoryPlace(place.place.root).follow()
    assert hub.repository(PUBLIC).files("main")["model.onnx"] == FIRST


def test_weights_that_are_public_are_not_uploaded_again(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """They are copied into the private repository, also when it was cleared; or sent if need be."""
    for refused in (False, True):
        command = HubRepositoryPlace(place.place.root)
        assert () == command.place.registry.clear_staged(lambda _: True, (("pii::a::b", PUBLIC),))
        live = place.live
        assert live is not None
        hub.reset()
        if refused:
            hub.fault("duplicate", 1, "forbidden", times=0)
        release = live.release
        public = command.place.registry.of(release)
        assert isinstance(public, PublicRegistry)
        public.prepare(release, history_of(command.place.releases.state(), release))
        assert hub.weights_sent() == (len(SECOND) if refused else 0)
        assert hub.repository(STAGING).files("main")["model.onnx"] == SECOND
