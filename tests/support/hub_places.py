"""A release repository whose slot is published to a Hub on loopback, by the steps themselves."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest
from support import builders
from support.hub import TestHub
from support.places import BACK, Place

from openmed.domain.digest import tree_digest
from openmed.domain.frozen import Frozen
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.release.flip_record import FlipRecord
from openmed.domain.release.publishing.publication import (
    Publication,
    RepositoryHistory,
    history_of,
    publication_of,
)
from openmed.domain.release.rollback_options import Request
from openmed.pipeline.publishing.publication import publisher
from openmed.steps.publish import Publish, PublishedSlot

Value = TypeVar("Value", bound=Frozen)
PUBLIC, STAGING = "org/tiny", "org/tiny-staging"
TABLE = '[[registry]]\nname = "hub"\nslots = ["pii::*"]\n'


def _briefly(seconds: float) -> None:
    """A hundredth of it: this Hub is near."""
    time.sleep(seconds / 100)


class Credentials(NamedTuple):
    """How a process may write to a Hub.

    Attributes:
        name: of the mode.
        environ: its variables.
    """

    name: str
    environ: Mapping[str, str]


def token_of(hub: TestHub) -> Credentials:
    """A fine-grained token: it writes both repositories."""
    names = [PUBLIC, STAGING]
    secret = hub.token("ci", read=[STAGING], write=names, create=["org"])
    return Credentials("token", {"HF_TOKEN": secret})


def publisher_of(hub: TestHub) -> Credentials:
    """A trusted publisher: what CI exchanges writes the one repository, which is there."""
    hub.repository(PUBLIC)
    hub.publisher(PUBLIC, subject="repo:org/releases", issuer="https://ci")
    identity = hub.identity(subject="repo:org/releases", issuer="https://ci")
    return Credentials("publisher", {"HF_OIDC_ID_TOKEN": identity})


class HubRepositoryPlace:
    """One release repository that publishes to a Hub."""

    def __init__(self, root: Path, *, table: str = TABLE) -> None:
        """Make it; the environment says which Hub."""
        (root / "gates").mkdir(parents=True, exist_ok=True)
        (root / "gates" / "registries.toml").write_text(table)
        self.place = Place(root, wait=_briefly)

    def flip(self, content: bytes) -> FlipRecord:
        """Judge one file, and flip to it if it may be; nothing follows yet."""
        place = self.place
        verdict = place.verdict(content)
        place.offer(verdict, place.signed(verdict), content=content)
        return place.flip()

    @property
    def step(self) -> Publish:
        """The step by which repositories follow."""
        return publisher(self.place.world)

    def follow(self, *, is_asked: bool = False) -> tuple[PublishedSlot, ...]:
        """Have the repository follow."""
        return self.step.follow(is_asked=is_asked)

    def release(self, content: bytes) -> tuple[PublishedSlot, ...]:
        """Flip, then follow."""
        self.flip(content)
        return self.follow()

    def roll_back(self, request: Request = BACK) -> tuple[PublishedSlot, ...]:
        """Go back, then follow."""
        self.place.roll_back(request)
        return self.follow()

    @property
    def live(self) -> LiveRelease | None:
        """What the pointer says."""
        return self.place.releases.state().live_in(builders.SLOT)


class ReleasedTree(NamedTuple):
    """A release of any tree, as if the ledger had it.

    Attributes:
        release: of the tree.
        wanted: what its repository must serve.
        history: what the ledger knows of it.
    """

    release: Promoted
    wanted: Publication
    history: RepositoryHistory


def released_tree(made: HubRepositoryPlace, tree: Path, *, repo_id: str = PUBLIC) -> ReleasedTree:
    """A release of a folder's files in the place of the one release that a place has."""
    store, state = made.place.store, made.place.releases.state()
    with store.scratch() as scratch:
        kept = scratch / "kept"
        kept.mkdir()
        for path in tree.iterdir():
            shutil.copy(path, kept / path.name)
        files = store.admit(kept)
    live = state.live[0]
    artifact = tree_digest(files)
    row = changed(live.release.candidate, repo_id=repo_id)
    release = changed(live.release, candidate=row, files=files, artifact=artifact)
    known = publication_of(state, live)
    wanted = changed(known, repo_id=repo_id, files=files, artifact=artifact)
    return ReleasedTree(release, wanted, history_of(state, release))


def changed(value: Value, **changes: object) -> Value:
    """The same value with other fields."""
    return type(value).model_validate({**dict(value), **changes})


def read_as_anybody(hub: TestHub, folder: Path, *, repo_id: str = PUBLIC) -> dict[str, bytes]:
    """What the client of a reader without a token gets at `main`."""
    place = folder / "tree"
    hub.api().snapshot_download(repo_id, local_dir=place, cache_dir=folder / "cache")
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file() and ".cache" not in path.parts
    }


def artifact_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that are a release's own."""
    beside = {".gitattributes", "README.md", "release.json"}
    return {name: data for name, data in files.items() if name not in beside}


def api_calls(hub: TestHub) -> list[str]:
    """Calls that the Hub's smaller limit counts: all but those for files."""
    return [one.route for one in hub.requests if one.route not in {"resolve", "cdn", "lfs-upload"}]


@contextmanager
def hub_of_environment(patch: pytest.MonkeyPatch, home: Path) -> Iterator[TestHub]:
    """A Hub, and variables of a process that uses it and has no credentials yet."""
    for name in [name for name in os.environ if name.startswith(("HF_", "ACTIONS_"))]:
        patch.delenv(name)
    with TestHub() as hub:
        for name, value in {**hub.environment(), "HF_HOME": str(home)}.items():
            patch.setenv(name, value)
        yield hub


def allow(patch: pytest.MonkeyPatch, made: Credentials) -> Credentials:
    """Give this process credentials."""
    for name, value in made.environ.items():
        patch.setenv(name, value)
    return made
