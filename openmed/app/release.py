"""Run the whole pipeline: stage, measure, judge, flip, regenerate."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from openmed.app.pipeline_stages import gate_of_nothing, judged_nothing
from openmed.app.plan import catalogue_faults, planned_nothing
from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.release.results.kept_slot import KeptSlot
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.wire import dump, pretty
from openmed.pipeline.ahead import open_ahead
from openmed.pipeline.definition import EVERY
from openmed.pipeline.doit_main import run_graph
from openmed.pipeline.doit_tasks import discard_cache, namespace
from openmed.pipeline.publishing.publication import followed_report
from openmed.pipeline.release_graph import ReleaseGraph, open_graph
from openmed.pipeline.run_preconditions import no_older_report, require_registry, require_writable
from openmed.pipeline.standing.standing_run import AnsweredToo, SlotLines, StandingRun


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
        standing = standing_run(context, retry=retry, pattern=pattern)
        known = standing.report()
        if known is not None:
            stood.append(known)
            return known
        with standing.watched():
            with no_older_report(context):
                kept = standing.kept
                graph = standing.of(open_graph(context, retry=retry, pattern=pattern, kept=kept))
                context.signer.check()
                require_writable(context, "record")
                require_registry(context)
                ahead = open_ahead(graph)
            run_graph(namespace(graph, ahead=ahead), discard=lambda: discard_cache(context))
            return graph.run_report()

    done = share(context, act, is_judging=True)
    return done if stood else followed_report(context, done)


def standing_run(context: Context, *, retry: bool = False, pattern: str = EVERY) -> StandingRun:
    """What stands of a run; the arguments are those of `run_release`."""
    return StandingRun(context, retry=retry, pattern=pattern, answered=FOLLOWS)


def _of_slots(graph: ReleaseGraph, slots: Sequence[KeptSlot]) -> Mapping[str, SlotLines]:
    """What other commands say of slots that have nothing to do."""
    planned = planned_nothing(graph, slots)
    judged = judged_nothing(graph, slots)
    return {
        one.slot: SlotLines(dump(planned[one.slot]), dump(verdict) if verdict else b"")
        for one in slots
        for verdict in (judged[one.slot],)
    }


def _of_gate(slots: Sequence[KeptSlot], report: RunReport, judged: Sequence[bytes]) -> bytes:
    found = gate_of_nothing(slots, report, judged)
    return pretty(found) if found else b""


FOLLOWS: Final = AnsweredToo(
    of_slots=_of_slots,
    of_catalogue=lambda context: json.dumps(catalogue_faults(context)).encode(),
    of_gate=_of_gate,
)
"""What other commands say while a run has nothing to do."""
