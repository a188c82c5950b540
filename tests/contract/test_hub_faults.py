"""Faults of the Hub on loopback: each happens to the request it was planned for, and only once."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import support.hub as hub_package
from support.hub import FaultKind, TestHub
from support.hub.routes.table import NAMES

pytest.importorskip("huggingface_hub")
import httpx2
from huggingface_hub import CommitOperationAdd
from huggingface_hub.errors import HfHubHTTPError

MODEL = "org/model"
WEIGHTS = bytes(range(256)) * 40


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """A Hub with one model."""
    with TestHub() as hub:
        hub.repository(MODEL, files={"model.onnx": WEIGHTS, "a.txt": b"small\n"})
        yield hub


class Commit(NamedTuple):
    """What a committer sees, and what happened.

    Attributes:
        seen: the status, or the name of what was raised, `""` when all was well.
        titles: of the commits that were added, the newest first.
    """

    seen: int | str
    titles: list[str]


COMMITS = {
    FaultKind.CONFLICT: Commit(412, []),
    FaultKind.RATE_LIMIT: Commit(429, []),
    FaultKind.ERROR_BEFORE: Commit(503, []),
    FaultKind.ERROR_AFTER: Commit(500, ["Ours"]),
    FaultKind.DROP_BEFORE: Commit("RemoteProtocolError", []),
    FaultKind.DROP_AFTER: Commit("RemoteProtocolError", ["Ours"]),
    FaultKind.STALL: Commit("RemoteProtocolError", ["Ours"]),
    FaultKind.TRUNCATE: Commit("RemoteProtocolError", ["Ours"]),
    FaultKind.FOREIGN_COMMIT: Commit(412, ["Foreign"]),
    FaultKind.MISSING_OBJECT: Commit(400, []),
    FaultKind.DELAY: Commit("", ["Ours"]),
    FaultKind.UNAUTHORIZED: Commit(401, []),
    FaultKind.FORBIDDEN: Commit(403, []),
}


READS = (FaultKind.CORRUPT, FaultKind.STALE_READ, FaultKind.REDIRECT)
"""Tried below."""


def _commit(hub: TestHub) -> int | str:
    api, parent = hub.api(hub.token("admin", admin=True)), hub.repository(MODEL).head
    add = CommitOperationAdd("new.onnx", b"\0new")
    try:
        api.create_commit(MODEL, [add], commit_message="Ours", parent_commit=parent)
    except HfHubHTTPError as error:
        return error.response.status_code
    except httpx2.TransportError as error:
        return type(error).__name__
    return ""


@pytest.mark.parametrize("kind", COMMITS)
def test_a_commit_meets_its_fault_and_the_next_does_not(hub: TestHub, kind: FaultKind) -> None:
    """What was done stays done, whatever was answered."""
    model = hub.repository(MODEL)
    known = len(model.commits())
    fault = hub.fault("commit", 1, kind, seconds=0.1)
    found = Commit(_commit(hub), [one.title for one in model.commits()][:-known])
    assert (COMMITS[kind], 1) == (found, fault.used)
    assert "" == _commit(hub)
    assert 1 == fault.used


def test_every_kind_is_tried_on_a_commit_or_a_read() -> None:
    """A new one comes with a test."""
    assert set(FaultKind) == {*COMMITS, *READS}


def test_a_limited_request_says_for_how_long(hub: TestHub) -> None:
    """In both headers."""
    hub.fault("info", 1, "rate-limit", seconds=42)
    with pytest.raises(HfHubHTTPError) as limited:
        hub.api().repo_info(MODEL)
    headers = limited.value.response.headers
    assert ("42", '"api";r=0;t=42') == (headers["Retry-After"], headers["RateLimit"])


def test_the_client_accepts_a_byte_that_is_another(hub: TestHub, tmp_path: Path) -> None:
    """It checks lengths only: whoever downloads must hash."""
    for number, name in enumerate(("model.onnx", "a.txt")):
        hub.reset()
        route = ("cdn", "resolve")[number]
        # The second and third request of a small file are those for its size, by way of the cache.
        hub.fault(route, (1, 3)[number], "corrupt")
        place = tmp_path / route
        got = Path(hub.api().hf_hub_download(MODEL, name, local_dir=place, cache_dir=place))
        wanted = hub.repository(MODEL).files()[name]
        assert 1 == sum(a != b for a, b in zip(got.read_bytes(), wanted, strict=True))


def test_a_body_that_stalls_has_begun(hub: TestHub) -> None:
    """A timeout of the reader ends it."""
    hub.fault("info", 1, "stall", seconds=30)
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(f"{hub.url}/api/models/{MODEL}", timeout=0.2)


def test_a_read_may_be_stale(hub: TestHub) -> None:
    """Names point where they pointed before the last change; the next read is right."""
    model = hub.repository(MODEL)
    before = model.head
    after = model.commit({"a.txt": b"2"})
    hub.fault("info", 1, "stale-read")
    assert [before, after] == [hub.api().repo_info(MODEL).sha for _ in range(2)]


def test_a_read_may_be_answered_elsewhere(hub: TestHub) -> None:
    """By another Hub, that sees no token."""
    with TestHub() as other:
        there = other.repository(MODEL).head
        hub.fault("info", 1, "redirect", said=other.url)
        assert there == hub.api(hub.token("admin", admin=True)).repo_info(MODEL).sha
        assert [""] == [one.token for one in other.requests]


@pytest.mark.parametrize("route", ["lfs-batch", "lfs-verify", "cdn"])
def test_a_large_file_may_be_missing(hub: TestHub, route: str, tmp_path: Path) -> None:
    """When it is announced, when it was sent, when it is fetched."""
    hub.fault(route, 1, "missing-object")
    api = hub.api(hub.token("admin", admin=True))

    def fetch() -> None:
        api.hf_hub_download(MODEL, "model.onnx", local_dir=tmp_path, cache_dir=tmp_path)

    def send() -> None:
        new = CommitOperationAdd("new.onnx", b"\0new")
        api.create_commit(MODEL, [new], commit_message="x")

    with pytest.raises((HfHubHTTPError, ValueError, RuntimeError)):
        (fetch if route == "cdn" else send)()
    assert "new.onnx" not in hub.repository(MODEL).tree()


def test_a_fault_is_of_one_route_repository_path_and_count(hub: TestHub) -> None:
    """Nothing else is counted."""
    hub.repository("org/other")
    hub.fault("info", 2, "forbidden", times=2, repository=MODEL)
    api = hub.api()

    def status(name: str) -> int:
        try:
            api.repo_info(name)
        except HfHubHTTPError as error:
            return error.response.status_code
        return 200

    seen = [status(name) for name in (MODEL, "org/other", MODEL, MODEL, MODEL)]
    assert [200, 200, 403, 403, 200] == seen
    hub.reset()
    hub.fault("*", 1, "forbidden", times=0, path="model")
    assert [403, 200, 403] == [status(name) for name in (MODEL, "org/other", MODEL)]


def test_a_fault_of_no_route_is_refused(hub: TestHub) -> None:
    """It would never happen, and its test would see nothing. The docstring names every route."""
    with pytest.raises(ValueError, match="no route is called comit; there are auth-check"):
        hub.fault("comit", 1, "conflict")
    said = (hub_package.__doc__ or "").partition("Routes: ")[2].partition(";")[0].split()
    assert sorted(NAMES) == sorted(said)


def test_a_closed_hub_waits_for_nobody(hub: TestHub) -> None:
    """Not for a client that stays connected, not for a body that stalls."""
    hub.fault("info", 1, "stall", seconds=300)
    with httpx2.Client(timeout=0.1) as client:
        client.get(f"{hub.url}/api/models/{MODEL}/refs")
        with pytest.raises(httpx2.ReadTimeout):
            client.get(f"{hub.url}/api/models/{MODEL}")
        hub.close()
