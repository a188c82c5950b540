"""The registry `hub` by the real client, against a Hub on loopback, in both credential modes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import builders
from support.hub import TestHub
from support.hub_places import (
    PUBLIC,
    STAGING,
    Credentials,
    HubRepositoryPlace,
    publisher_of,
    read_as_anybody,
    token_of,
)

pytest.importorskip("huggingface_hub")

FIRST, SECOND = b"first" * 4000, b"second" * 4000


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestHub]:
    """A Hub, and variables of a process that uses it."""
    for name in [name for name in os.environ if name.startswith(("HF_", "ACTIONS_"))]:
        monkeypatch.delenv(name)
    with TestHub() as hub:
        for name, value in hub.environment().items():
            monkeypatch.setenv(name, value)
        yield hub


@pytest.fixture(params=[token_of, publisher_of], ids=["token", "publisher"])
def credentials(
    request: pytest.FixtureRequest, hub: TestHub, monkeypatch: pytest.MonkeyPatch
) -> Credentials:
    """Of each mode; a trusted publisher needs a repository that is there."""
    make: Callable[[TestHub], Credentials] = request.param
    made = make(hub)
    if made.name == "publisher":
        hub.repository(PUBLIC)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    return made


def _tree(content: bytes) -> dict[str, bytes]:
    return builders.contents_of(content)


def _artifact_of(files: dict[str, bytes]) -> dict[str, bytes]:
    beside = {".gitattributes", "README.md", "release.json"}
    return {name: data for name, data in files.items() if name not in beside}


def test_what_everybody_gets_is_what_was_released(
    hub: TestHub, credentials: Credentials, tmp_path: Path
) -> None:
    """Two releases and a rollback: each time the bytes the gates saw, by one commit."""
    place = HubRepositoryPlace(tmp_path / "r")
    for number, content in enumerate((FIRST, SECOND)):
        place.flip(content)
        before = (
            len(hub.repository(PUBLIC).commits("main"))
            if number or credentials.name == "publisher"
            else 1
        )
        hub.reset()
        (done,) = place.follow()
        assert done.fault is None, done.fault
        print(
            number,
            credentials.name,
            "weights up by flip",
            hub.weights_sent(),
            "calls",
            len(hub.requests),
        )
        print([f"{r.method} {r.route}" for r in hub.requests])
        if credentials.name == "token":
            assert hub.weights_sent() == 0
        assert len(hub.repository(PUBLIC).commits("main")) == before + 1
        got = read_as_anybody(hub, tmp_path / f"reader{number}")
        assert _artifact_of(got) == _tree(content)
        assert "README.md" in got
    hub.reset()
    (done,) = place.roll_back()
    assert done.fault is None, done.fault
    print(
        "rollback",
        hub.weights_sent(),
        len(hub.requests),
        [f"{r.method} {r.route}" for r in hub.requests],
    )
    assert hub.weights_sent() == 0
    assert _artifact_of(read_as_anybody(hub, tmp_path / "again")) == _tree(FIRST)
    assert () == place.follow()
    names = list(hub.repository(PUBLIC).tags)
    assert names == [entry.tag for entry in place.place.releases.state().entries]
