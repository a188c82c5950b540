"""Public repositories follow the pointer: the last thing a command does, after others have it.

What does not follow is a fault of the run's report; the pointer has moved all the same.
"""

from openmed.context import Context
from openmed.domain.gates.gate import StepFault
from openmed.domain.pages.hub.hub_card import FILE_NAME, CardReferences, hub_card
from openmed.domain.pages.inputs import ReleaseRecord, SlotInputs
from openmed.domain.wire import pretty
from openmed.pipeline.run_report import RunReport, with_unfollowed
from openmed.ports.publishing import PageBytes
from openmed.steps.publish import Publish


def publisher(world: Context) -> Publish:
    """The step that serves what the pointer says."""
    return Publish(
        releases=world.releases,
        released=world.released_bytes,
        registry=world.registry,
        verifiers=world.verifiers,
        pages=lambda record: public_pages(world, record),
    )


def public_pages(world: Context, record: ReleaseRecord) -> tuple[PageBytes, ...]:
    """Files that lie beside a release in its public repository: from the ledger's evidence alone.

    Neither queue nor suites are read, so that a broken one holds up no rollback.
    """
    inputs = SlotInputs(
        release=record.shown, reports=(), pins=(), templates=world.pages.templates()
    )
    return (PageBytes(FILE_NAME, hub_card(inputs, references=CardReferences())),)


def follow_pointer(world: Context) -> tuple[StepFault, ...]:
    """Have the public repositories follow; why some did not. Nothing where all is local."""
    if not world.registry.by_slot:
        return ()
    rows = publisher(world.at_this_moment()).follow()
    return tuple(row.fault for row in rows if row.fault is not None)


def followed_report(world: Context, report: RunReport) -> RunReport:
    """Have the public repositories follow what a run moved, and say so in its report."""
    told = with_unfollowed(report, follow_pointer(world))
    if told != report:
        world.run_files.write_report(pretty(told))
    return told
