"""Public repositories follow the pointer: the last thing a command does, after others have it.

What does not follow is a fault of the run's report; the pointer has moved all the same.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from openmed.context import Context
from openmed.domain.attestation.head_statement import expiry
from openmed.domain.attestation.release_statement import (
    RELEASE_JSON,
    payload_of_release,
    release_json,
    release_statement,
)
from openmed.domain.digest import sha256_hex
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.pages.hub.card_references import card_references
from openmed.domain.pages.hub.hub_card import FILE_NAME, hub_card
from openmed.domain.pages.inputs import ReleaseRecord, SlotInputs
from openmed.domain.release.publishing.publication import publication_of
from openmed.domain.release.publishing.staging_retention import (
    known_repositories,
    may_leave_staging,
)
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.wire import pretty
from openmed.errors import UsageError
from openmed.pipeline.run_report import with_unfollowed
from openmed.ports.publishing import PageBytes, PageMaker, public_registry
from openmed.steps.publish import Publish, Published


def publisher(world: Context) -> Publish:
    """The step that serves what the pointer says."""
    return Publish(
        releases=world.releases,
        released=world.released_bytes,
        registry=world.registry,
        verifiers=lambda: world.verifiers,
        pages=lambda record: public_pages(world, record),
    )


def public_pages(world: Context, record: ReleaseRecord) -> PageMaker:
    """What makes the files that lie beside a release in its public repository.

    They are made from the ledger's evidence and the catalogue's row. Neither queue nor suites are
    read, and a catalogue that cannot be read is only said, so that none holds up a rollback.
    """
    live = record.live
    public = public_registry(world.registry, live.release)
    gates_url = public.gates_url if public is not None else ""
    inputs = SlotInputs(
        release=record.shown, reports=(), pins=(), templates=world.pages.templates()
    )

    def made(previous_revision: str) -> tuple[PageBytes, ...]:
        listed = world.listed_references(live.release.candidate.repo_id)
        for fault in listed.faults:
            world.terminal.line(f"{live.release.slot}: {fault}")
        references = card_references(
            live,
            world.releases.reached(),
            listed=listed,
            gates_url=gates_url,
            previous_revision=previous_revision,
        )
        card = hub_card(inputs, references=references)
        signed = _signed_pages(world, live, card=card, gates_url=gates_url)
        return (PageBytes(FILE_NAME, card), *signed)

    return made


def _signed_pages(
    world: Context, live: LiveRelease, *, card: bytes, gates_url: str
) -> Iterator[PageBytes]:
    """`release.json`; none where this process has no key, as on a machine that only rolls back."""
    try:
        verifier, keyid, hours = world.signer.name, world.signer.keyid, world.heads.hours()
    except UsageError as error:
        line = f"{live.release.slot}: {RELEASE_JSON} is not signed here: {error.message}"
        world.terminal.line(f"{line}; publish it again where the key is")
        return
    entry = next(one for one in world.releases.reached().entries if one.tag == live.tag)
    statement = release_statement(
        live,
        entry,
        card=sha256_hex(card),
        gates=gates_url,
        issued=world.now,
        expires=expiry(world.now, hours=hours),
    )
    envelope = world.signer.sign(payload_of_release(statement, verifier=verifier))
    verdict = world.releases.evidence(live.release.verdict)
    content = release_json(envelope, verdict=verdict, entry=entry, keyid=keyid)
    yield PageBytes(RELEASE_JSON, content)


class Following(NamedTuple):
    """What following the pointer came to.

    Attributes:
        faults: why some repositories did not follow.
        served: reading of the command's timer when the last repository that moved had been read
            back; None where none moved, or one did not follow.
    """

    faults: tuple[StepFault, ...] = ()
    served: float | None = None


def follow_pointer(world: Context) -> tuple[StepFault, ...]:
    """Have the public repositories follow; why some did not. Nothing where all is local."""
    return followed(world).faults


def followed(world: Context) -> Following:
    """Have the public repositories follow, and say when readers were served."""
    if not world.registry.by_slot:
        return Following()
    rows = publisher(world.at_this_moment()).follow()
    served = world.timer()
    moved = [row for row in rows if row.receipt is not None and row.receipt.has_moved]
    for row in moved:
        if row.receipt is not None:
            where, sent = row.publication.repo_id, row.receipt.bytes_sent
            text = f"{where}: main stands at {row.receipt.commit[:12]}, {sent} bytes of model sent"
            world.progress.changed(text, {"type": "progress", "text": text})
    clear_staged(world)
    faults = tuple(row.fault for row in rows if row.fault is not None)
    return Following(faults, served if moved and not faults else None)


def publish_again(world: Context, slot: str = "") -> Published:
    """Publish again what the pointer says, then clear what was staged for it in private.

    Raises:
        UsageError: the slot serves nothing.
        FlipConflictError: another process holds the lock.
    """
    done = publisher(world).publish(slot, is_asked=True)
    clear_staged(world, is_asked=True)
    return done


def clear_staged(world: Context, *, is_asked: bool = False) -> None:
    """Remove from private repositories what readers have, or what nobody may have.

    It comes after everything else: a flip copies from there. What cannot be removed is said, and
    the next command tries again.

    Args:
        world: the release repository.
        is_asked: look also at repositories that this machine staged nothing in.
    """
    if not world.registry.by_slot:
        return
    state = world.releases.reached()

    def is_published(live: LiveRelease) -> bool:
        public = public_registry(world.registry, live.release)
        return public is not None and public.is_noted(publication_of(state, live))

    may_leave = partial(may_leave_staging, state, is_published=is_published)
    known = known_repositories(state) if is_asked else ()
    for said in world.registry.clear_staged(may_leave, known):
        world.terminal.line(f"{said}; openmed publish tries again")


def followed_report(world: Context, report: RunReport) -> RunReport:
    """Have the public repositories follow what a run moved, and say so in its report."""
    told = with_unfollowed(report, follow_pointer(world))
    if told != report:
        world.run_files.write_report(pretty(told))
    return told
