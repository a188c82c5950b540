"""Run the whole pipeline: stage, measure, judge, flip, regenerate."""

from openmed.app.pipeline_stages import gate_of_nothing
from openmed.app.plan import plan_of_nothing
from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.wire import pretty
from openmed.pipeline.ahead import open_ahead
from openmed.pipeline.definition import EVERY
from openmed.pipeline.doit_main import run_graph
from openmed.pipeline.doit_tasks import discard_cache, namespace
from openmed.pipeline.publishing.publication import followed_report
from openmed.pipeline.release_graph import ReleaseGraph, open_graph
from openmed.pipeline.run_preconditions import no_older_report, require_registry, require_writable
from openmed.pipeline.run_report import RunReport
from openmed.pipeline.standing.answers import GATE, PLAN
from openmed.pipeline.standing.standing_run import StandingRun


def run_release(context: Context, *, retry: bool = False, pattern: str = EVERY) -> RunReport:
    """Release every candidate of the queue whose gates pass.

    Args:
        context: the release repository.
        retry: whether to try again what failed twice.
        pattern: slots meant, with `*` and `?` as in a shell.

    Raises:
        UsageError: queue, policy, pins or key cannot be used; nothing was run.
    """
    # What stands is kept only where every slot is local: nothing has to follow then.
    stood: list[RunReport] = []

    def act(context: Context) -> RunReport:
        standing = StandingRun(context, retry=retry, pattern=pattern, answered=_follows)
        known = standing.report()
        if known is not None:
            stood.append(known)
            return known
        with standing.watched():
            with no_older_report(context):
                graph = standing.of(open_graph(context, retry=retry, pattern=pattern))
                context.signer.check()
                require_writable(context, "record")
                require_registry(context)
                ahead = open_ahead(graph)
            run_graph(namespace(graph, ahead=ahead), discard=lambda: discard_cache(context))
            return graph.run_report()

    done = share(context, act, is_judging=True)
    return done if stood else followed_report(context, done)


def _follows(graph: ReleaseGraph, report: RunReport) -> dict[str, bytes]:
    """What other commands say while a run has nothing to do."""
    gate = gate_of_nothing(graph, report)
    plan = {PLAN: pretty(plan_of_nothing(graph, report))}
    return plan if gate is None else {**plan, GATE: pretty(gate)}
