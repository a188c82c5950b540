"""What this checkout has seen after a commit point, and the bytes to go forward again.

Three memories: a witness (a folder in git's own folder of this work tree, or under `artifacts/`
without git) that holds pointer heads, entries and evidence; the history of git; and files that
are derived only after a commit point. The absence of any proves nothing: a copy, a fresh clone
and a checkout of CI begin without one. Whatever is torn or foreign in a witness is passed over.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.sync.git_history import GitHistory
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.ancestry import Sighting
from openmed.domain.ledger.entry import TAG_PATTERN, Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError

_DIGEST = re.compile(r"^[0-9a-f]{64}$")
_TAG = re.compile(TAG_PATTERN)
_AS_OF = re.compile(r"ledger entry (\S+) of ")
_HEADS: Final = "heads"
_TAKEN_BACK: Final = "taken-back"
_CONFIRMED: Final = "shared"
_NAMES: Final = "git-entries.json"
_BEGIN: Final = b'{\n  "'
_END: Final = b"\n}\n"
_NAMING: Final = (b"ledger_head", b"tag", b"as_of")
"""Keys of a derived file that tell which entry it follows."""


class CheckoutMemory:
    """The memory of one checkout of one release repository."""

    def __init__(
        self, root: Path, *, artifacts: Path, history: GitHistory, disk: Disk = REAL
    ) -> None:
        """Remember the places; nothing is read yet.

        Args:
            root: release repository.
            artifacts: its products.
            history: what git knows.
            disk: makes the files of the witness.
        """
        self._root = root
        self._disk = disk
        self._artifacts = artifacts
        self._history = history
        git = history.git_folder
        slug = sha256_hex(history.prefix.encode())[:16]
        without_git = artifacts / "witness"
        self._witness = git / "openmed" / slug if git else without_git
        # A folder may become a checkout of git, and stop to be one.
        self._witnesses = tuple(dict.fromkeys((self._witness, without_git)))

    @property
    def folder(self) -> Path:
        """The witness; what is in it outlives `artifacts/` in a checkout of git."""
        return self._witness

    def horizon(self) -> tuple[str, ...]:
        """Commits before which git remembers nothing here: the clone is shallow; none if whole."""
        return tuple(sorted(self._history.boundary()))

    def begins_at(self, state: FleetState) -> str:
        """Tag of the entry that this folder read first, when others may have gone on from it.

        Empty where git has the history, and where this folder has made every entry itself.
        """
        if not state.marks or self._history.tips():
            return ""
        heads = set(self._marks(_HEADS))
        first = next((mark for mark in state.marks if mark.digest in heads), state.marks[-1])
        return "" if first is state.marks[0] and first.digest in heads else first.tag

    def unnamed_evidence(self, state: FleetState) -> int:
        """How many evidence files here no entry names: a rewind leaves some, a killed flip too."""
        named = {name for entry in state.entries for name in entry.evidence}
        files = (path.stem for path in (self._root / "gates" / "evidence").glob("*.json"))
        return sum(1 for name in files if _DIGEST.match(name) and name not in named)

    def sightings(self, state: FleetState) -> tuple[Sighting, ...]:
        """Everything that names an entry which took effect, as far as `state` does not reach it."""
        known = state.reached | state.absorbed
        gone = self._taken()
        found = [
            *self._witnessed(known),
            *self._history.sightings(known | gone.keys(), self._names()),
            *self._derived(),
        ]
        tags = frozenset(gone.values())
        return tuple(
            one for one in found if one.head not in gone and (one.head or one.tag not in tags)
        )

    def has_seen(self, digest: str) -> bool:
        """Whether the witness remembers that a pointer named an entry."""
        return (self._witness / _HEADS / digest).exists()

    def keep(self, entries: Iterable[Entry]) -> None:
        """Remember entries that took effect, the newest as a head.

        A witness that cannot be written is none; what happened has happened.
        """
        chain = tuple(entries)
        with contextlib.suppress(OSError):
            for entry in reversed(chain):
                path = self._witness / "ledger" / f"{entry.digest}.json"
                if path.exists():
                    break
                atomic.keep(path, dump(entry), disk=self._disk)
            if chain:
                head = self._witness / _HEADS / chain[-1].digest
                atomic.keep(head, chain[-1].tag.encode(), disk=self._disk)

    def keep_evidence(self, files: Iterable[bytes]) -> None:
        """Remember evidence, so that it can be put back when somebody cleans the work tree."""
        with contextlib.suppress(OSError):
            for data in files:
                path = self._witness / "evidence" / f"{sha256_hex(data)}.json"
                atomic.keep(path, data, disk=self._disk)

    def take_back(self, entries: Iterable[Entry]) -> None:
        """Forget provisional entries of our own that lost a race before anybody had them."""
        for entry in entries:
            atomic.keep(
                self._witness / _TAKEN_BACK / entry.digest, entry.tag.encode(), disk=self._disk
            )

    def taken_back(self) -> frozenset[str]:
        """Digests of the entries that were taken back."""
        return frozenset(self._taken())

    def confirm(self, head: str, *, branch: str) -> None:
        """Remember that a shared branch reached an entry; a failure to do so is no fault."""
        with contextlib.suppress(OSError):
            atomic.write_if_different(self._confirmed(branch), head.encode(), disk=self._disk)

    def confirmed(self, *, branch: str) -> str:
        """The last entry a shared branch was seen to reach; empty when none is remembered."""
        head = (_read(self._confirmed(branch)) or b"").decode(errors="replace")
        return head if _DIGEST.match(head) else ""

    def entry(self, digest: str) -> Entry | None:
        """An entry by its digest, from wherever its bytes are whole."""
        data = self._bytes("ledger", digest)
        try:
            return parse(Entry, data, what=f"ledger entry {digest[:16]}") if data else None
        except EvidenceError:
            return None

    def evidence(self, digest: str) -> bytes | None:
        """An evidence file, from wherever its bytes are whole."""
        return self._bytes("evidence", digest)

    def _bytes(self, kind: str, digest: str) -> bytes | None:
        name = f"{digest}.json"
        for folder in (self._root / "gates", *self._witnesses):
            data = _read(folder / kind / name)
            if data is not None and sha256_hex(data) == digest:
                return data
        tips = tuple(commit for commit, _ in self._history.tips())
        data = self._history.state_file(f"gates/{kind}/{name}", tips)
        return data if data is not None and sha256_hex(data) == digest else None

    def _confirmed(self, branch: str) -> Path:
        return self._witness / _CONFIRMED / sha256_hex(branch.encode())[:16]

    def _taken(self) -> dict[str, str]:
        folder = self._witness / _TAKEN_BACK
        names = self._marks(_TAKEN_BACK)
        return {name: (_read(folder / name) or b"").decode(errors="replace") for name in names}

    def _witnessed(self, known: frozenset[str]) -> Iterator[Sighting]:
        for name in self._marks(_HEADS):
            if name not in known:
                yield Sighting(where="the witness of this work tree", head=name)

    def _marks(self, kind: str) -> Iterator[str]:
        """Digests in one folder of each witness."""
        for witness in self._witnesses:
            folder = witness / kind
            names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
            yield from filter(_DIGEST.match, names)

    def _names(self) -> frozenset[str]:
        """Entries in the ancestry of what was seen; only commits that are new are read."""
        tips = tuple(sorted({commit for commit, _ in self._history.tips()}))
        if not tips:
            return frozenset()
        old_tips, old = self._read_names()
        if tips == old_tips:
            return old
        if all(self._history.is_behind(commit, tips) for commit in old_tips):
            names = old | self._history.entries(tips, without=old_tips)
        else:
            names = self._history.entries(tips, without=())
        document = {"tips": list(tips), "entries": sorted(names)}
        with contextlib.suppress(OSError):
            atomic.write(self._witness / _NAMES, json.dumps(document).encode())
        return names

    def _read_names(self) -> tuple[tuple[str, ...], frozenset[str]]:
        data = _read(self._witness / _NAMES)
        try:
            document = json.loads(data or b"{}")
            tips = tuple(str(tip) for tip in document["tips"])
            return tips, frozenset(name for name in document["entries"] if _DIGEST.match(name))
        except (ValueError, KeyError, TypeError):
            return (), frozenset()

    def _derived(self) -> Iterator[Sighting]:
        """Files that are written only after a commit point, and name the entry they follow."""
        report = _head_names(self._artifacts / "run-report.json")
        yield from _named(report, "artifacts/run-report.json")
        status = _head_names(self._artifacts / "trust" / "status" / "status.json")
        yield from _named(status, "the status page")
        folder = self._root / "gates" / "quarantine"
        for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
            yield from _named(_head_names(path), f"gates/quarantine/{path.name[:16]}")


def _named(document: object, where: str) -> Iterator[Sighting]:
    if not isinstance(document, dict):
        return
    head, tag = document.get("ledger_head"), document.get("tag") or _as_of(document)
    if isinstance(head, str) and _DIGEST.match(head):
        yield Sighting(where=where, head=head, tag=tag if isinstance(tag, str) else "")
    elif isinstance(tag, str) and _TAG.match(tag):
        yield Sighting(where=where, tag=tag)


def _as_of(document: Mapping[str, object]) -> str:
    """The tag in a page's sentence about the entry it was made after; empty when it has none."""
    found = _AS_OF.match(str(document.get("as_of")))
    return found[1] if found else ""


def _head_names(path: Path) -> object:
    """What a derived file says of the entry it follows.

    Files are as long as the fleet, so of one in the engine's own form, where the top table has a
    line for each key, only these lines are parsed; of any other one everything is.
    """
    data = _read(path)
    if data is None:
        return None
    with contextlib.suppress(ValueError):
        if data.startswith(_BEGIN) and data.endswith(_END):
            found = (_line(data, key) for key in _NAMING)
            return json.loads(b"{%b}" % b",".join(filter(None, found)))
    try:
        return json.loads(data)
    except ValueError:
        return None


def _line(data: bytes, key: bytes) -> bytes:
    """The line of one key of the top table, which is indented least; empty when there is none."""
    _, found, rest = data.partition(b'\n  "%b": ' % key)
    return b'"%b": %b' % (key, rest.partition(b"\n")[0].removesuffix(b",")) if found else b""


def _read(path: Path) -> bytes | None:
    try:
        return limited_read.read_bytes(path, most=limited_read.PRODUCT)
    except OSError:
        return None
