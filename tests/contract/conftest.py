"""A Hub on loopback and credentials, for tests of what is published there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.hub import TestHub
from support.hub_places import Credentials, allow, hub_of_environment, publisher_of, token_of


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestHub]:
    """A Hub, and variables of a process that uses it."""
    with hub_of_environment(monkeypatch, tmp_path / "hf") as hub:
        yield hub


@pytest.fixture(params=[token_of, publisher_of], ids=["token", "publisher"])
def credentials(
    request: pytest.FixtureRequest, hub: TestHub, monkeypatch: pytest.MonkeyPatch
) -> Credentials:
    """Of each way to write."""
    make: Callable[[TestHub], Credentials] = request.param
    return allow(monkeypatch, make(hub))
