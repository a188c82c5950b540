"""Download a release, say which one is meant, look again at what was downloaded."""

from typing import NamedTuple

from openmed.context.consumer import Consumer, OpenSource, Source
from openmed.domain.attestation.release_statement import CARD, RELEASE_JSON
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.digest import tree_digest
from openmed.domain.downloads.acceptance import check_verdict, refuse_condemned
from openmed.domain.downloads.beside import check_stated_verdict, checked_beside
from openmed.domain.downloads.record import RECORD, DownloadRecord
from openmed.domain.gates.verdict import Decision
from openmed.domain.slot import parse_slot
from openmed.domain.wire import parse
from openmed.errors import EvidenceError, IntegrityError, UsageError
from openmed.ports.downloads import DownloadFolder
from openmed.steps.downloads.fetch import Download, fill, notes_on

_BESIDE = frozenset({RECORD, RELEASE_JSON, CARD, ".gitattributes"})


class WantedRelease(NamedTuple):
    """The release that is meant.

    Attributes:
        slot: release channel.
        tag: what it served after this entry; empty = what is live.
    """

    slot: str
    tag: str


class CheckedDownload(NamedTuple):
    """What lies in a folder, by whose word.

    Attributes:
        slot: release channel.
        artifact: tree digest.
        files: how many.
        tag: entry that made it live; empty where the source was not asked.
        source: that was asked; empty = none.
        is_live: whether the slot serves it now; None where the source was not asked.
        notes: what to know besides.
    """

    slot: str
    artifact: str
    files: int
    tag: str
    source: str
    is_live: bool | None
    notes: tuple[str, ...]


class _Lying(NamedTuple):
    """What a folder says it holds, signed.

    Attributes:
        verdict: signed, of these files.
        tag: entry that made it live, as nobody vouches for yet.
        source: where it came from, as nobody vouches for.
    """

    verdict: SignedVerdict
    tag: str
    source: str


def wanted_release(text: str) -> WantedRelease:
    """`SLOT` or `SLOT@TAG`.

    Raises:
        UsageError: it is no slot.
    """
    slot, _, tag = text.partition("@")
    return WantedRelease(parse_slot(slot).key, tag)


def fetch_release(
    consumer: Consumer, wanted: WantedRelease, source: Source, *, folder: DownloadFolder
) -> Download:
    """Download one release into a folder: all of it, checked, or nothing.

    Raises:
        UsageError: no key, no such source or slot, or the folder is not empty.
        IntegrityError: anything is not what a trusted key vouches for now.
        ExternalError: the source cannot be reached.
    """
    folder.require_free()
    opened = consumer.open(source)
    found = _resolved(opened, wanted)
    return fill(found, served=opened.served, folder=folder, now=consumer.now)


class Pin(NamedTuple):
    """A release that a program can pin.

    Attributes:
        found: the release.
        text: ORG/REPO@COMMIT, or its address and digest.
    """

    found: Download
    text: str


def resolve_release(consumer: Consumer, wanted: WantedRelease, source: Source) -> Pin:
    """The release that is meant; nothing is downloaded.

    Raises:
        OpenMedError: as `fetch_release`.
    """
    opened = consumer.open(source)
    found = _resolved(opened, wanted)
    place = f"{opened.served.name}/{found.place}".rstrip("/")
    return Pin(found, opened.pinned or f"{place}@sha256:{found.artifact}")


def _resolved(opened: OpenSource, wanted: WantedRelease) -> Download:
    """By the ledger where there is one; else at its own word."""
    if opened.follow is not None:
        return opened.follow.resolve(wanted.slot, tag=wanted.tag)
    if opened.stated is None:
        msg = "the source serves no ledger"
        raise UsageError(msg)
    return opened.stated.resolve(wanted.slot, tag=wanted.tag)


def check_download(
    consumer: Consumer, folder: DownloadFolder, source: Source | None, *, is_offline: bool
) -> CheckedDownload:
    """Look again at what was downloaded: whose it is, every byte, whether it may still be used.

    Args:
        consumer: whose keys count.
        folder: where it lies.
        source: that is asked; None = the one it came from.
        is_offline: whether none is asked.

    Raises:
        UsageError: nothing that was downloaded lies there, or it came from nowhere that can be
            asked.
        IntegrityError: a byte differs, or it is quarantined or revoked by now.
        ExternalError: the source cannot be reached.
    """
    lying = _lying(consumer, folder)
    verdict = lying.verdict.verdict
    fault = folder.fault(verdict.files, beside=_BESIDE)
    if fault:
        raise IntegrityError(fault)
    if verdict.artifact is None:
        raise IntegrityError("the signed verdict is of nothing")
    plain = CheckedDownload(
        verdict.slot, verdict.artifact, len(verdict.files), "", "", is_live=None, notes=()
    )
    if is_offline:
        return plain
    asked = source or Source(lying.source)
    if not asked.name:
        msg = "the folder does not say where it came from"
        raise UsageError(msg, next_step="name it with --from, or add --offline")
    fetch = consumer.open(asked).follow
    if fetch is None:
        msg = f"{asked.name} names no ledger, so nothing can tell whether it was revoked"
        raise UsageError(msg, next_step="name it with --from, or add --offline")
    followed = fetch.followed()
    rows = [
        row
        for row in followed.state.history
        if (row.release.slot, row.release.artifact) == (verdict.slot, verdict.artifact)
    ]
    if not rows:
        msg = f"{fetch.gates.name} never released these files in {verdict.slot}"
        raise IntegrityError(msg)
    found = next((row for row in rows if row.tag == lying.tag), rows[-1])
    refuse_condemned(followed.state, found)
    check_verdict(followed.state, found.release, lying.verdict)
    live = followed.state.live_in(verdict.slot)
    return plain._replace(
        tag=found.tag,
        source=fetch.gates.name,
        is_live=live is not None and live.release.artifact == verdict.artifact,
        notes=notes_on(followed.state, found),
    )


def _lying(consumer: Consumer, folder: DownloadFolder) -> _Lying:
    by_release, by_record = _by_release(consumer, folder), _by_record(consumer, folder)
    if by_release and by_record and by_release.verdict != by_record.verdict:
        msg = f"{RECORD} and {RELEASE_JSON} are of two releases"
        raise IntegrityError(msg)
    found = by_record or by_release
    if found is None:
        msg = f"there is neither {RECORD} nor {RELEASE_JSON}: nothing says what this is"
        raise UsageError(msg, next_step="download it first; docs/consumer.md says how")
    return found


def _by_release(consumer: Consumer, folder: DownloadFolder) -> _Lying | None:
    data = folder.file(RELEASE_JSON)
    if data is None:
        return None
    stated = checked_beside(data, folder.file(CARD), verify=consumer.keys.release)
    signed = consumer.keys.verdict(stated.verdict)
    check_stated_verdict(stated.statement, signed)
    return _Lying(signed, stated.statement.tag, stated.statement.gates)


def _by_record(consumer: Consumer, folder: DownloadFolder) -> _Lying | None:
    data = folder.file(RECORD)
    if data is None:
        return None
    try:
        said = parse(DownloadRecord, data, what=RECORD)
    except EvidenceError as error:
        raise IntegrityError(error.message) from None
    signed = consumer.keys.verdict(said.verdict.encode())
    verdict = signed.verdict
    is_whole = tree_digest(verdict.files) == verdict.artifact
    if verdict.decision is not Decision.RELEASABLE or not is_whole:
        msg = f"{RECORD} holds a verdict that releases nothing"
        raise IntegrityError(msg)
    return _Lying(signed, said.tag, said.source)
