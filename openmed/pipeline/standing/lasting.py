"""How long an answer that nothing touches stays one: what changes by itself, and when."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import sha256_hex
from openmed.domain.release.product import VERDICT, ErrorProduct, VerdictProduct
from openmed.domain.suites.generated import epoch_of
from openmed.errors import OpenMedError

LONGEST: Final = timedelta(days=7)
"""Everything is looked at again this often, whether anything is known to change or not."""
_LONGEST_EPOCH: Final = 7
"""Days."""
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


def lasts_until(context: Context) -> str:
    """First moment at which a run could come to something else though no file moved."""
    rows = context.inputs.queue()
    return min((fleet_lasts_until(context), *(slot_lasts_until(context, row) for row in rows)))


def fleet_lasts_until(context: Context) -> str:
    """The same of what all slots have in common."""
    now = datetime.fromisoformat(context.now)
    return _first(context, (*_epochs(context, now), *_expiries(context)))


def slot_lasts_until(context: Context, row: Candidate) -> str:
    """The same of what is one slot's own."""
    return _first(context, (*_verdict(context, row), *_freeze(context, row)))


def _first(context: Context, known: Iterable[str]) -> str:
    longest = _text(datetime.fromisoformat(context.now) + LONGEST)
    # What lay before now has changed what it could; at that very second it still may.
    return min((longest, *(moment for moment in known if moment >= context.now)))


def _epochs(context: Context, now: datetime) -> Iterator[str]:
    """Ends of the epochs of generated suites: midnights, UTC."""
    midnight = now.replace(hour=0, minute=0, second=0)
    days = [_text(midnight + timedelta(days=day + 1)) for day in range(_LONGEST_EPOCH)]
    for row in context.inputs.generated_rows:
        here = epoch_of(context.now, every=row.every)
        yield next(day for day in days if epoch_of(day, every=row.every) != here)


def _freeze(context: Context, row: Candidate) -> Iterator[str]:
    """When a freeze of the slot ends by itself."""
    freeze = context.releases.state().freeze_of(row.slot)
    if freeze is not None and freeze.until is not None:
        yield freeze.until


def _verdict(context: Context, row: Candidate) -> Iterator[str]:
    """When a verdict that no flip used begins to count, and when it is too old."""
    made = context.products.read(row.slot, VERDICT, VerdictProduct)
    if made is None or isinstance(made.value, ErrorProduct) or made.value.envelope is None:
        return
    if sha256_hex(made.value.envelope.encode()) not in context.releases.state().spent:
        begins = made.value.verdict.time_verified
        hours = context.inputs.policy(row.slot).max_age_hours
        yield begins
        yield _text(datetime.fromisoformat(begins) + timedelta(hours=hours))


def _expiries(context: Context) -> Iterator[str]:
    """Ends of waivers, recorded or not, and of approvals of weaker policies."""
    yield from (lift.fact.expires for lift in context.releases.state().lifts)
    for _, data in context.waivers.files():
        with suppress(OpenMedError):
            yield context.verifiers.verify_waiver(data).waiver.expires
        with suppress(OpenMedError):
            yield context.verifiers.verify_policy_statement(data).statement.expires


def _text(time: datetime) -> str:
    return time.strftime(_FORM)
