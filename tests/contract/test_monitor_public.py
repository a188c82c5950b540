"""The status monitor on public repositories: whoever moved one, whatever its readers get.

By the real client, against a Hub on loopback; nothing is published by a look.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders
from support.hub import TestHub
from support.hub_places import PUBLIC, HubRepositoryPlace, allow, token_of
from support.looks import LIMITS
from support.places import BACK

from openmed.app.monitor_status import monitor_status
from openmed.domain.monitoring.alarm import AlarmKind
from openmed.domain.monitoring.health.monitor_check import MonitorStatus
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.domain.release.rollback_options import Request

pytest.importorskip("huggingface_hub")

FIRST, SECOND = b"first" * 4000, b"second" * 4000
WITHDRAW = Request.model_validate({**BACK.model_dump(), "is_withdrawing": True})
Trouble = Callable[[HubRepositoryPlace, TestHub], None]


@pytest.fixture
def place(hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubRepositoryPlace:
    """Two releases, both published; pages are written."""
    allow(monkeypatch, token_of(hub))
    made = HubRepositoryPlace(tmp_path / "r")
    made.place.write_queue()
    made.release(FIRST)
    made.release(SECOND)
    made.place.regenerate()
    return made


def look(place: HubRepositoryPlace) -> MonitorStatus:
    """One look, by a machine that published nothing."""
    for path in (place.place.root / "artifacts" / "hub" / "published").rglob("*"):
        if path.is_file():
            path.unlink()
    return monitor_status(replace(place.place.world), pattern="*", limits=LIMITS)


def _kinds(found: MonitorStatus) -> tuple[list[RegressionKind], list[AlarmKind]]:
    return [event.kind for event in found.events], [alarm.kind for alarm in found.alarms]


def _commit(hub: TestHub, **files: bytes | None) -> None:
    named = {name.replace("_DOT_", "."): data for name, data in files.items()}
    hub.repository(PUBLIC).commit(named, message="::error::by hand")


def _readme(place: HubRepositoryPlace, hub: TestHub) -> None:
    del place
    _commit(hub, README_DOT_md=b"# mine")


def _weights(place: HubRepositoryPlace, hub: TestHub) -> None:
    del place
    _commit(hub, model_DOT_onnx=SECOND[:-1] + b"X")


def _same_size(place: HubRepositoryPlace, hub: TestHub) -> None:
    """A small file of the same length, which no listing tells apart."""
    del place
    profile = builders.contents_of(SECOND)["runner_profile.json"]
    _commit(hub, runner_profile_DOT_json=profile[:-2] + b"] ")


def _extra(place: HubRepositoryPlace, hub: TestHub) -> None:
    del place
    _commit(hub, evil_DOT_py=b"import os")


def _gone(place: HubRepositoryPlace, hub: TestHub) -> None:
    del place
    _commit(hub, model_DOT_onnx=None)


def _private(place: HubRepositoryPlace, hub: TestHub) -> None:
    del place
    hub.repository(PUBLIC).private = True


def _behind(place: HubRepositoryPlace, hub: TestHub) -> None:
    del hub
    place.place.roll_back(BACK)
    place.place.regenerate()


def _away(place: HubRepositoryPlace, hub: TestHub) -> None:
    del place
    hub.fault("*", 1, "error-before", times=0, status=503)


FOREIGN, DAMAGED = AlarmKind.FOREIGN_COMMIT, RegressionKind.INTEGRITY
TROUBLES: list[tuple[Trouble, list[RegressionKind], list[AlarmKind]]] = [
    (lambda *_: None, [], []),
    # Every byte is compared by who runs it; that this is no model, anywhere, is said too.
    (_readme, [], [FOREIGN, AlarmKind.NO_SIGNAL]),
    (_weights, [DAMAGED], [FOREIGN]),
    (_same_size, [DAMAGED], [FOREIGN]),
    (_extra, [DAMAGED], [FOREIGN]),
    (_gone, [DAMAGED], [FOREIGN]),
    (_private, [DAMAGED], []),
    (_behind, [], [AlarmKind.NOT_FOLLOWED]),
    (_away, [], [AlarmKind.NO_SIGNAL]),
]


@pytest.mark.parametrize(("trouble", "events", "alarms"), TROUBLES)
def test_what_readers_get_decides(
    trouble: Trouble,
    events: list[RegressionKind],
    alarms: list[AlarmKind],
    place: HubRepositoryPlace,
    hub: TestHub,
) -> None:
    """Other bytes are an event, other commits an alarm, a Hub that is away neither calm nor one."""
    trouble(place, hub)
    head = hub.repository(PUBLIC).head
    found = look(place)
    assert (events, alarms) == _kinds(found)
    assert head == hub.repository(PUBLIC).head
    for alarm in found.alarms:
        assert not alarm.detail.startswith("::")
        assert alarm.detail.isprintable()


def test_a_withdrawn_slot_whose_repository_still_serves_is_an_alarm(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """What was taken off is still there for everybody; nobody's release is undone for it."""
    place.place.roll_back(WITHDRAW)
    place.place.regenerate()
    assert ([], [AlarmKind.NOT_FOLLOWED]) == _kinds(look(place))
    place.follow()
    assert hub.repository(PUBLIC).files("main").keys() <= {".gitattributes"}
    assert ([], []) == _kinds(look(place))
