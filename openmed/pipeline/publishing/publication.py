"""Public repositories follow the pointer: the last thing a command does, after others have it.

What does not follow is a fault of the run's report; the pointer has moved all the same.
"""

from collections.abc import Iterator

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
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.wire import pretty
from openmed.errors import UsageError
from openmed.pipeline.run_report import with_unfollowed
from openmed.ports.publishing import PageBytes, PageMaker, public_registry
from openmed.steps.publish import Publish


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
        listed = world.inputs.listed_references(live.release.candidate.repo_id)
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


def follow_pointer(world: Context) -> tuple[StepFault, ...]:
    """Have the public repositories follow; why some did not. Nothing where all is local."""
    if not world.registry.by_slot:
        return ()
    rows = publisher(world.at_this_moment()).follow()
    for row in rows:
        if row.receipt is not None and row.receipt.has_moved:
            where, sent = row.publication.repo_id, row.receipt.bytes_sent
            text = f"{where}: main stands at {row.receipt.commit[:12]}, {sent} bytes of model sent"
            world.progress.changed(text, {"type": "progress", "text": text})
    return tuple(row.fault for row in rows if row.fault is not None)


def followed_report(world: Context, report: RunReport) -> RunReport:
    """Have the public repositories follow what a run moved, and say so in its report."""
    told = with_unfollowed(report, follow_pointer(world))
    if told != report:
        world.run_files.write_report(pretty(told))
    return told
