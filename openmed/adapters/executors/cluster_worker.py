"""What a worker of a cluster does: takes staged bytes, runs one candidate in its jail, answers.

Imports nothing of Dask: a worker calls `perform` with an order and gives back its answer, both
bytes. Nothing is raised, and what an order holds has no representation, because Dask writes
arguments of tasks that fail into its log. A worker holds one loaded candidate at a time, in a
folder of its own that is gone with it, and refuses to work where a key of this engine is set.
"""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from openmed.adapters.disk import atomic
from openmed.adapters.process.secrets import own_secrets
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.adapters.stores.artifact_store import FileArtifactStore
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import Json
from openmed.domain.inference.predictions import Runtime
from openmed.domain.text.exception_names import exception_name
from openmed.domain.text.span import Document
from openmed.domain.wire import from_plain, plain
from openmed.errors import EvidenceError, ExternalError, OpenMedError
from openmed.ports.execution import Session

MOST_LOG: Final = 1 << 16
"""Bytes of a child's log that travel back."""
_FILES: Final = TypeAdapter(tuple[StagedFile, ...])


class Sealed:
    """Bytes that no log shows."""

    def __init__(self, head: Mapping[str, Json], body: bytes = b"") -> None:
        """Keep them."""
        self.head = json.dumps(dict(head)).encode()
        self.body = body

    def __repr__(self) -> str:
        """How many there are."""
        return f"<{len(self.head) + len(self.body)} bytes>"


def perform(order: Sealed) -> bytes:
    """Do what an order says; the answer is JSON, a fault too."""
    try:
        head = json.loads(order.head)
        return json.dumps({"done": _ORDERS[head["do"]](_place(), head, order.body)}).encode()
    except OpenMedError as error:
        fault: dict[str, Json] = {
            "fault": error.message,
            "is_evidence": isinstance(error, EvidenceError),
            "is_retryable": isinstance(error, ExternalError) and error.retryable,
            "is_unfit": False,
        }
    except BaseException as error:  # noqa: BLE001 - a foreign message may quote a document
        why = (error.strerror or "") if isinstance(error, OSError) else ""
        kind = exception_name(error)
        fault = {
            "fault": f"the worker broke: {kind}{f' ({why})' if why else ''}",
            "is_evidence": False,
            "is_retryable": True,
            "is_unfit": isinstance(error, OSError),
        }
    fault["log"] = _place().log_text() if _place_is_made() else ""
    return json.dumps(fault).encode()


class _WorkerPlace:
    """The folder of this worker, and what it has loaded."""

    def __init__(self) -> None:
        secrets = own_secrets(os.environ)
        if secrets:
            msg = f"the worker has {secrets[0]} in its environment, and candidates run there"
            raise EvidenceError(msg, next_step="start it without")
        self.folder = Path(tempfile.mkdtemp(prefix="openmed-worker-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.store = FileArtifactStore(self.folder / "staged")
        self.runners = WorkerRunners(homes=self.folder / "homes")
        self.log = self.folder / "child.log"
        self.stack = ExitStack()
        self.session: Session | None = None

    def has(self, head: Mapping[str, Json], body: bytes) -> bool:  # noqa: ARG002 - an order
        """Whether a staged tree is here; every byte is hashed."""
        files = _files(head)
        artifact = str(head["artifact"])
        if not self.store.is_present(artifact, files):
            return False
        self.store.verify(artifact, files)
        return True

    def take(self, head: Mapping[str, Json], body: bytes) -> bool:
        """Write a part of a file of a tree that is being sent."""
        path = self._incoming(head) / str(head["path"])
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise EvidenceError("a file of the artifact lies outside it")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab" if head["is_more"] else "wb") as file:
            file.write(body)
        return True

    def admit(self, head: Mapping[str, Json], body: bytes) -> bool:  # noqa: ARG002 - an order
        """Take a tree in that was sent whole, by its digest."""
        incoming = self._incoming(head)

        def fetch(folder: str) -> None:
            shutil.copytree(incoming, folder, dirs_exist_ok=True)

        try:
            self.store.adopt(_files(head), fetch=fetch)
        finally:
            atomic.remove_tree(incoming)
        return True

    def load(self, head: Mapping[str, Json], body: bytes) -> bool:  # noqa: ARG002 - an order
        """Load a candidate in its jail."""
        self.close(head, b"")
        artifact, waiver = str(head["artifact"]), head["isolation_waiver"]
        profile = self.store.profile(artifact)
        wanted = from_plain(Runtime, head["runtime"], what="the runtime")
        here = self.runners.runtime(profile.runner)
        if here != wanted:
            differing = sorted({*here.packages} ^ {*wanted.packages})
            what = f"other packages: {', '.join(differing)[:200]}" if differing else "another code"
            raise EvidenceError(f"the worker runs {what} than the machine that releases")
        opened = self.runners.open(
            self.store.path(artifact),
            profile,
            log=str(self.log),
            timeout=float(str(head["timeout"])),
            isolation_waiver=None if waiver is None else str(waiver),
        )
        self.session = self.stack.enter_context(opened)
        return True

    def predict(self, head: Mapping[str, Json], body: bytes) -> Json:  # noqa: ARG002 - an order
        """Answer documents."""
        if self.session is None:
            raise ExternalError("the worker has nothing loaded", retryable=True)
        documents = [_document(item) for item in json.loads(body)]
        answers = self.session.predict(documents)
        return {
            "answers": [plain(record) for record in answers],
            "peak": self.session.peak_memory(),
        }

    def close(self, head: Mapping[str, Json], body: bytes) -> Json:  # noqa: ARG002 - an order
        """End what is loaded; what its child said."""
        self.session = None
        self.stack.close()
        return self.log_text()

    def log_text(self) -> str:
        """The end of what the last child said: printable, and without words once texts came."""
        try:
            return self.log.read_bytes()[-MOST_LOG:].decode("utf-8", "replace")
        except OSError:
            return ""

    def _incoming(self, head: Mapping[str, Json]) -> Path:
        return self.folder / f"incoming-{str(head['artifact'])[:64]}"


_ORDERS: Final[Mapping[str, Callable[[_WorkerPlace, Mapping[str, Json], bytes], Json]]] = {
    "has": _WorkerPlace.has,
    "take": _WorkerPlace.take,
    "admit": _WorkerPlace.admit,
    "load": _WorkerPlace.load,
    "predict": _WorkerPlace.predict,
    "close": _WorkerPlace.close,
}


@cache
def _place() -> _WorkerPlace:
    return _WorkerPlace()


def _place_is_made() -> bool:
    return _place.cache_info().currsize > 0


def _files(head: Mapping[str, Json]) -> tuple[StagedFile, ...]:
    return _FILES.validate_json(json.dumps(head["files"]))


def _document(item: Mapping[str, str]) -> Document:
    """A document as a candidate knows it: what it is for is not told to workers."""
    return Document(
        id=item["id"],
        language="und",
        family="sent",
        slice="sent",
        smoke=False,
        text=item["text"],
        spans=(),
    )
