"""What `make hub-demo` shows: the life of a model on a Hub, with the real client, in a second.

Staged in private, published by one commit on the head that was read, refused on another, moved
back; what each sends is counted at the server. Nothing leaves this machine.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from support.hub.loopback import TestHub

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationCopy

STAGING, PUBLIC = "demo/staging", "demo/model"
FIRST, SECOND = bytes(range(256)) * 4000, bytes(range(255, -1, -1)) * 4000
"""Weights of two releases, a megabyte each."""
Say = Callable[[str], object]


def show(say: Say = print) -> None:
    """Go through it."""
    with TestHub() as hub, TemporaryDirectory(prefix="hub-demo-") as folder:
        Demo(hub, Path(folder), say).run()


class Demo:
    """The steps, each with what it cost.

    Attributes:
        hub: where it happens.
    """

    def __init__(self, hub: TestHub, folder: Path, say: Say) -> None:
        """Make the repositories' owner and the one who publishes."""
        self.hub = hub
        self._folder = folder
        self._say = say
        self._owner = hub.api(hub.token("owner", admin=True))
        self._flipper = hub.api(hub.token("flipper", read=[STAGING], write=[PUBLIC]))

    def run(self) -> None:
        """All of them."""
        self._say(f"a Hub on {self.hub.url}, its CDN on {self.hub.cdn_url}")
        self._owner.create_repo(STAGING, private=True)
        self._owner.create_repo(PUBLIC)
        first = self._step("stage a first model in private", lambda: self._stage(FIRST))
        self._step("look at it without a token", self._look)
        flipped = self._step("publish it: one commit, a copy", lambda: self._flip(first))
        self._step("fetch it as anyone", lambda: self._fetch(FIRST))
        second = self._step("stage a second one", lambda: self._stage(SECOND))
        self._step("publish it on a head that moved", lambda: self._late(second))
        self._step("publish it", lambda: self._flip(second))
        self._step("fetch it as anyone", lambda: self._fetch(SECOND))
        self._step("put the first one back", lambda: self._back(flipped))
        self._step("fetch it as anyone", lambda: self._fetch(FIRST))

    def _step(self, title: str, act: Callable[[], str]) -> str:
        self.hub.reset()
        started = perf_counter()
        found = act()
        line = (
            f"{title:34} {found[:24]:24} {1000 * (perf_counter() - started):6.0f} ms "
            f"{len(self.hub.calls()):3} requests {self.hub.weights_sent():8} bytes of weights up "
            f"{self.hub.weights_received():8} down"
        )
        self._say(line)
        return found

    def _stage(self, weights: bytes) -> str:
        from huggingface_hub import CommitOperationAdd  # noqa: PLC0415 - heavy

        add = CommitOperationAdd("model.onnx", weights)
        return self._owner.create_commit(STAGING, [add], commit_message="Stage").oid

    def _look(self) -> str:
        from huggingface_hub.errors import RepositoryNotFoundError  # noqa: PLC0415 - heavy

        try:
            self.hub.api().repo_info(STAGING)
        except RepositoryNotFoundError as error:
            return f"refused: {error.response.status_code}"
        return "it can be read"

    def _flip(self, staged: str) -> str:
        return self._committed([self._copy(staged, STAGING)], self.hub.repository(PUBLIC).head)

    def _late(self, staged: str) -> str:
        from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415 - heavy

        stale = self.hub.repository(PUBLIC).head
        self.hub.repository(PUBLIC).commit({"NOTE.txt": b"someone was first\n"})
        try:
            return self._committed([self._copy(staged, STAGING)], stale)
        except HfHubHTTPError as error:
            return f"refused: {error.response.status_code}"

    def _back(self, sha: str) -> str:
        return self._committed([self._copy(sha, None)], self.hub.repository(PUBLIC).head)

    def _copy(self, sha: str, source: str | None) -> "CommitOperationCopy":
        from huggingface_hub import CommitOperationCopy  # noqa: PLC0415 - heavy

        return CommitOperationCopy(
            "model.onnx", "model.onnx", src_revision=sha, src_repo_id=source,
            src_repo_type="model" if source else None,
        )  # fmt: skip

    def _committed(self, operations: "list[CommitOperationCopy]", parent: str) -> str:
        return self._flipper.create_commit(
            PUBLIC, operations, commit_message="Release", parent_commit=parent
        ).oid

    def _fetch(self, wanted: bytes) -> str:
        place = self._folder / f"fetched-{len(list(self._folder.iterdir()))}"
        head = self.hub.repository(PUBLIC).head
        self.hub.api().snapshot_download(PUBLIC, revision=head, local_dir=place, cache_dir=place)
        is_same = (place / "model.onnx").read_bytes() == wanted
        return "the staged bytes" if is_same else "OTHER BYTES"


if __name__ == "__main__":
    show(lambda line: sys.stdout.write(f"{line}\n"))
