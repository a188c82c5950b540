"""Table call and fault: what a release comes to when one answer of the Hub is wrong, late or lost.

After the command the slot is flipped or not flipped, never between; after the next command ledger
and Hub agree; there is one commit for one release; and nobody reads what the pointer never named.
"""

import os
import secrets
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest
from support import builders
from support.hub import TestHub
from support.hub.faults import FaultOptions
from support.hub_places import PUBLIC, STAGING, HubRepositoryPlace, token_of

pytest.importorskip("huggingface_hub")

_NUMBERS = count()


class World(NamedTuple):
    """One Hub and one repository, used by every row: each row begins where the last one agreed."""

    hub: TestHub
    place: HubRepositoryPlace
    token: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """With a first release."""
    with pytest.MonkeyPatch.context() as patch, TestHub() as hub:
        for name in [name for name in os.environ if name.startswith(("HF_", "ACTIONS_"))]:
            patch.delenv(name)
        credentials = token_of(hub)
        home = {"HF_HOME": str(tmp_path_factory.mktemp("hf"))}
        for name, value in {**hub.environment(), **credentials.environ, **home}.items():
            patch.setenv(name, value)
        place = HubRepositoryPlace(tmp_path_factory.mktemp("place") / "r")
        place.release(b"first" * 3000)
        yield World(hub, place, credentials.environ["HF_TOKEN"])


class Row(NamedTuple):
    """One call and one fault.

    Attributes:
        route: the call.
        kind: the fault.
        repository: whose call; empty = of any.
        times: how many answers in a row are faulty; 0 = all of one command.
    """

    route: str
    kind: str
    repository: str = PUBLIC
    times: int = 1

    @property
    def id(self) -> str:
        """What pytest calls it."""
        return f"{self.route}-{self.kind}-{self.repository.rpartition('-')[2]}-{self.times}"


ROWS = [
    Row("commit", "error-before", times=0),
    *(Row("commit", kind) for kind in ("error-after", "drop-before", "drop-after", "rate-limit")),
    *(Row("commit", kind, times=0) for kind in ("conflict", "missing-object", "forbidden")),
    *(Row("commit", kind, STAGING) for kind in ("error-after", "drop-after", "unauthorized")),
    Row("commit", "drop-before", STAGING, times=0),
    Row("commits", "drop-before"),
    Row("commits", "stale-read"),
    Row("commits", "forbidden", times=0),
    Row("tree", "stale-read"),
    Row("tree", "error-before", STAGING, times=0),
    Row("info", "stale-read", STAGING),
    Row("info", "unauthorized", STAGING),
    Row("preupload", "error-before", times=0),
    Row("duplicate", "drop-after", STAGING),
    Row("duplicate", "missing-object", STAGING, times=0),
    Row("lfs-batch", "missing-object", STAGING, times=0),
    Row("lfs-upload", "drop-after", STAGING),
    Row("resolve", "corrupt"),
    Row("resolve", "stale-read"),
    Row("cdn", "corrupt", "", times=0),
    Row("cdn", "truncate", ""),
    Row("tag", "error-before", times=0),
    Row("tag", "drop-after"),
    Row("tag", "forbidden"),
    Row("auth-check", "forbidden"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_one_answer_is_wrong(world: World, row: Row) -> None:
    """Once, or for as long as the command lasts."""
    hub, place, _ = world
    content = f"{next(_NUMBERS)} {secrets.token_hex(8)} ".encode() * 900
    wanted = builders.artifact_of(content)
    before, commits = place.live, hub.repository(PUBLIC).commits("main")
    assert before is not None
    hub.reset()
    options = FaultOptions(times=row.times)
    if row.repository:
        options["repository"] = row.repository
    fault = hub.fault(row.route, 1, row.kind, **options)
    (result,) = place.flip(content).results
    live = place.live
    assert live is not None
    is_flipped = live.release.artifact == wanted
    assert is_flipped or live == before
    if not is_flipped:
        assert hub.repository(PUBLIC).head == commits[0].sha
        assert result.exit_code != 0
    for one in place.follow():
        assert world.token not in repr(one)
    assert fault.used
    hub.reset()
    if not is_flipped:
        (again,) = place.flip(content).results
        assert again.exit_code == 0, again
    for one in place.follow():
        assert one.receipt is not None, one.fault
    _require_agreed(world, content)
    made = hub.repository(PUBLIC).commits("main")
    assert [row.sha for row in made[1:]] == [row.sha for row in commits]


def _require_agreed(world: World, content: bytes) -> None:
    """The pointer names it, readers get it, its entry is a tag, and nothing is left to do."""
    hub, place, _ = world
    live = place.live
    assert live is not None
    assert live.release.artifact == builders.artifact_of(content)
    repository = hub.repository(PUBLIC)
    assert repository.files("main")["model.onnx"] == content
    assert repository.tags[live.tag] == repository.head
    assert () == place.step.look()
    assert () == place.follow()
