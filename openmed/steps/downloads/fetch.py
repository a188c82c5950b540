"""Step `fetch`: follow a source from its signed head to every byte of one release.

Head → pointer → ledger → release → verdict → files. A source is not trusted, so each is checked
before the next is asked for, and nothing is put into the folder until all of it holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from openmed.domain.attestation.head_statement import HEAD_FILE, LedgerHead, SignedHead
from openmed.domain.attestation.release_statement import CARD, RELEASE_JSON
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import sha256_hex
from openmed.domain.downloads.acceptance import (
    accepted_state,
    check_pointer,
    check_release,
    check_time,
    check_verdict,
    chosen,
)
from openmed.domain.downloads.beside import Beside, checked_beside
from openmed.domain.downloads.name_rules import name_fault
from openmed.domain.downloads.record import RECORD, DownloadRecord, SeenHead
from openmed.domain.gates.results.grade import Grade
from openmed.domain.ledger.entry import Entry, parse_entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.wire import parse, pretty
from openmed.errors import EvidenceError, IntegrityError
from openmed.ports.downloads import (
    DownloadFolder,
    EntryCache,
    SeenHeads,
    ServedFiles,
    TrustedKeys,
)

POINTER: Final = "gates/pointer.json"
_MIB: Final = 1024 * 1024
MOST_HEAD: Final = 64 * 1024
MOST_READ: Final = 32 * _MIB
"""Bytes that are read at most of a pointer, an entry, a verdict, a card, a `release.json`."""
_UNSIGNED: Final = "ask who publishes it to sign the head of the ledger"


class Followed(NamedTuple):
    """A state that a trusted key vouches for now.

    Attributes:
        state: the ledger.
        head: what was signed.
    """

    state: FleetState
    head: LedgerHead


class Download(NamedTuple):
    """One release that was checked: what was fetched, or could be.

    Attributes:
        slot: release channel.
        generation: of the slot.
        tag: entry that made it live.
        repo_id: repository.
        artifact: tree digest.
        files: its files.
        verdict: DSSE envelope of its verdict.
        beside: what is served beside its files, by name.
        source: where from.
        place: what the paths of its files begin with there.
        until: when what vouches for it expires.
        head: as of which state of the ledger; None = by the word of its own repository alone.
        downloaded: bytes that were downloaded now.
        notes: what to know besides.
    """

    slot: str
    generation: int
    tag: str
    repo_id: str
    artifact: str
    files: tuple[StagedFile, ...]
    verdict: bytes
    beside: Mapping[str, bytes]
    source: str
    place: str
    until: str
    head: LedgerHead | None
    downloaded: int = 0
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


def fill(found: Download, *, served: ServedFiles, folder: DownloadFolder, now: str) -> Download:
    """Download a release that was checked into a folder: all of it, or nothing.

    Args:
        found: the release.
        served: serves its files.
        folder: where they go.
        now: the time.

    Raises:
        UsageError: the folder is not empty.
        IntegrityError: a file is not what was signed.
        ExternalError: the source cannot be reached.
    """
    fault = name_fault(found.files, beside=found.beside)
    if fault:
        raise IntegrityError(fault)
    record = DownloadRecord(
        source=found.source,
        slot=found.slot,
        generation=found.generation,
        tag=found.tag,
        repo_id=found.repo_id,
        artifact=found.artifact,
        verdict=found.verdict.decode(),
        head=found.head.head if found.head else None,
        size=found.head.size if found.head else None,
        checked=now,
    )
    downloaded = folder.fill(
        found.files,
        source=served,
        prefix=found.place,
        beside={**found.beside, RECORD: pretty(record)},
    )
    return found._replace(downloaded=downloaded)


@dataclass(frozen=True)
class Fetch:
    """Follows one source.

    Attributes:
        gates: what serves `gates/`.
        served: what serves the files of releases.
        trees: what the path of a release's folder begins with there; None = it is the repository
            of one slot, which serves one release at its top, with what is beside it.
        keys: whose word counts.
        seen: heads that were seen before.
        cache: entries that were read before.
        now: decides expiry.
    """

    gates: ServedFiles
    served: ServedFiles
    trees: str | None
    keys: TrustedKeys
    seen: SeenHeads
    cache: EntryCache
    now: str

    def followed(self) -> Followed:
        """The state that is vouched for now; its head is remembered.

        Raises:
            IntegrityError: it is not signed by a trusted key, expired, older than what was seen,
                or does not hang together.
            ExternalError: the source cannot be reached.
        """
        signed, pointer = self._vouched()
        head = signed.head
        seen = self.seen.greatest(self.gates.name)
        state = accepted_state(signed, pointer, self._entries(head), seen=seen)
        self.seen.keep(
            SeenHead(source=self.gates.name, size=head.size, head=head.head, seen=self.now)
        )
        return Followed(state, head)

    def resolve(self, slot: str, *, tag: str) -> Download:
        """The release of a slot that is meant, its verdict checked; no file is downloaded.

        Raises:
            UsageError: the slot serves nothing.
            IntegrityError: as `followed`, or the release may not be used.
        """
        state, head = self.followed()
        live = chosen(state, slot, tag=tag)
        digest = live.release.verdict
        name, what = f"gates/evidence/{digest}.json", f"the verdict of {live.release.slot}"
        verdict = self._named(name, digest, what=what)
        check_verdict(state, live.release, self.keys.verdict(verdict))
        beside = self._beside(live) if self.trees is None else {}
        release = live.release
        return Download(
            slot=release.slot,
            generation=live.generation,
            tag=live.tag,
            repo_id=release.candidate.repo_id,
            artifact=release.artifact,
            files=release.files,
            verdict=verdict,
            beside=beside,
            source=self.gates.name,
            place="" if self.trees is None else f"{self.trees}{release.artifact}/",
            until=head.expires,
            head=head,
            notes=notes_on(state, live),
        )

    def _vouched(self) -> tuple[SignedHead, PointerTable]:
        """The signed head, and the pointer that it names."""
        signed, data = self._head_and_pointer()
        if sha256_hex(data) != signed.head.pointer:
            # A flip may have come between the two.
            signed, data = self._head_and_pointer()
        head = signed.head
        check_time(head.issued, head.expires, now=self.now, what="the head statement")
        try:
            pointer = parse(PointerTable, data, what=POINTER)
        except EvidenceError as error:
            raise IntegrityError(error.message) from None
        check_pointer(head, pointer, data)
        return signed, pointer

    def _head_and_pointer(self) -> tuple[SignedHead, bytes]:
        envelope = self.gates.read(HEAD_FILE, most=MOST_HEAD)
        if envelope is None:
            msg = f"{self.gates.name} has no {HEAD_FILE}: nobody vouches for what it serves"
            raise IntegrityError(msg, next_step=_UNSIGNED)
        return self.keys.head(envelope), self.gates.read(POINTER, most=MOST_READ) or b""

    def _entries(self, head: LedgerHead) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        digest: str | None = head.head
        while digest is not None:
            if len(entries) == head.size:
                msg = f"the ledger is longer than the {head.size} entries that were signed"
                raise IntegrityError(msg)
            what = f"ledger entry {digest[:16]}…"
            known = self.cache.get(digest)
            data = known or self._named(f"gates/ledger/{digest}.json", digest, what=what)
            if known is None:
                self.cache.keep(digest, data)
            try:
                entries.append(parse_entry(data, what=what))
            except EvidenceError as error:
                raise IntegrityError(error.message) from None
            digest = entries[-1].parent
        return tuple(reversed(entries))

    def _named(self, name: str, digest: str, *, what: str) -> bytes:
        """A file that its digest names."""
        data = self.gates.read(name, most=MOST_READ)
        if data is None or sha256_hex(data) != digest:
            msg = f"{what} is {'missing' if data is None else 'changed'}"
            raise IntegrityError(msg)
        return data

    def _beside(self, live: LiveRelease) -> Mapping[str, bytes]:
        """What a repository serves beside the files; that, too, must be of this release."""
        beside, files = read_beside(self.served, self.keys)
        check_release(beside.statement, live)
        return files


def read_beside(served: ServedFiles, keys: TrustedKeys) -> tuple[Beside, Mapping[str, bytes]]:
    """The `release.json` of a repository and its card, checked; both as they are served.

    Raises:
        IntegrityError: unsigned, edited, or the card of another release.
    """
    data = served.read(RELEASE_JSON, most=MOST_READ)
    card = served.read(CARD, most=MOST_READ)
    beside = checked_beside(data, card, verify=keys.release)
    files = {RELEASE_JSON: data, CARD: card}
    return beside, {name: content for name, content in files.items() if content is not None}


def notes_on(state: FleetState, live: LiveRelease) -> tuple[str, ...]:
    """What is no reason to refuse a release, and whoever uses it should know."""
    slot, now = live.release.slot, state.live_in(live.release.slot)
    notes: list[str] = []
    if now is None:
        notes.append(f"{slot} was withdrawn: it serves nothing now")
    elif now.release.artifact != live.release.artifact:
        notes.append(f"{slot} serves {now.tag} now")
    elif state.condemned_in(slot) is not None:
        notes.append(f"{slot} failed gates when it was measured again; see its status page")
    if live.release.policy.grade is Grade.PREVIEW:
        notes.append(f"{live.tag} is a preview: its card says what it leaks")
    return tuple(notes)
