"""Public repositories follow the pointer: the last thing a command does, after others have it.

What does not follow is a fault of the run's report; the pointer has moved all the same.
"""

from openmed.context import Context
from openmed.domain.pages.cards import render_card
from openmed.domain.pages.inputs import ReleaseRecord, SlotInputs
from openmed.domain.wire import pretty
from openmed.exit_codes import worst_code
from openmed.pipeline.run_report import RunReport
from openmed.ports.publishing import PageBytes
from openmed.steps.publish import Followed, Publish

CARD = "README.md"


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
        release=record.shown,
        reports=(),
        pins=(),
        templates=world.pages.templates(),
    )
    cards = (page for page in render_card(inputs) if page.path.endswith(f"/{CARD}"))
    return tuple(PageBytes(CARD, page.content.encode()) for page in cards)


def follow_pointer(world: Context) -> tuple[Followed, ...]:
    """Have the public repositories follow; nothing where every slot is local."""
    return () if not world.registry.by_slot else publisher(world).follow()


def with_followed(report: RunReport, rows: tuple[Followed, ...]) -> RunReport:
    """A report that also says which public repositories did not follow."""
    faults = tuple(row.fault for row in rows if row.fault is not None)
    if not faults:
        return report
    lines = (
        f"{row.publication.about} is live and not served by {row.publication.repo_id}: "
        f"{row.fault.message}"
        for row in rows
        if row.fault is not None
    )
    return RunReport(
        **{
            **{name: getattr(report, name) for name in RunReport.model_fields},
            "exit_code": worst_code({report.exit_code, *(fault.exit_code for fault in faults)}),
            "faults": (*report.faults, *faults),
            "alarms": (*report.alarms, *lines),
        }
    )


def followed_report(world: Context, report: RunReport) -> RunReport:
    """Have the public repositories follow what a run moved, and say so in its report."""
    told = with_followed(report, follow_pointer(world.at_this_moment()))
    if told != report:
        world.run_files.write_report(pretty(told))
    return told
