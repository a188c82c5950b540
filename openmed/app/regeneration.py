"""Write what is derived of the ledger, as a command of its own."""

from openmed.app.sync import follow
from openmed.context import Context
from openmed.domain.candidates.shard import WHOLE
from openmed.domain.release.results.part_report import PartReport, code_of
from openmed.pipeline.events import followed, tell
from openmed.pipeline.regeneration import derived_steps
from openmed.pipeline.run_report import step_records
from openmed.pipeline.step_runner import run_step


def run_regenerate(context: Context) -> PartReport:
    """Write every derived file from the ledger; needs neither queue nor policies.

    What others shared is taken in first: a job of CI has a checkout without state.

    Raises:
        IntegrityError: pointer and ledger disagree.
    """
    context = follow(context)
    context.sweep_shown()
    performed = []
    for step in derived_steps(context):
        with followed(context, step.task):
            performed.append(run_step(step, products=context.products, retry=True))
        tell(context, performed[-1])
    return PartReport(
        command="release regenerate",
        shard=WHOLE.name,
        exit_code=code_of(performed),
        slots=(),
        steps=step_records(performed),
    )
