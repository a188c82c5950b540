"""Performing a step: look at its own product first, make it only when it does not stand.

Every exception, expected or not, becomes an error product, so one candidate's trouble
never stops the fleet, and nothing missing can read as a pass.
"""

import time
import traceback
from typing import TypeVar

from openmed.domain.frozen import Frozen
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.release.product import (
    ErrorProduct,
    Made,
    Step,
    fault_of,
    is_up_to_date,
    next_error,
)
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.domain.text.exception_names import exception_name
from openmed.errors import EvidenceError, ExternalError
from openmed.exit_codes import kind_of
from openmed.pipeline import interrupts
from openmed.ports.storage import Products

Value = TypeVar("Value", bound=Frozen)

UNKNOWN = "0" * 64
"""Materials of a step that could not even say what it is made from."""


def is_current(step: Step[Value], *, products: Products, retry: bool) -> bool:
    """Whether a step's product may stay as it is; any doubt, and any error, is a no."""
    made = products.read(step.slot, step.name, step.product_type)
    if made is not None and isinstance(made.value, ErrorProduct):
        return False  # Performing decides whether to try again, and tells the error.
    try:
        return _is_current(step, made, materials=step.inputs_digest(), retry=retry)
    except Exception:  # noqa: BLE001 - not knowing means not standing; performing says why
        return False


def run_step(step: Step[Value], *, products: Products, retry: bool) -> StepResult:
    """Make a step's product unless it stands; leave an error product if it cannot be made."""
    started = time.monotonic()
    made = products.read(step.slot, step.name, step.product_type)
    materials = UNKNOWN
    fault: StepFault | None = None
    how = StepState.COMPUTED
    try:
        materials = step.inputs_digest()
        if _is_current(step, made, materials=materials, retry=retry):
            fault = made.value.fault if made and isinstance(made.value, ErrorProduct) else None
            how = StepState.REUSED
        else:
            value = step.run()
            products.write(step.slot, step.name, materials, value)
            step.after_write(value)
    except Exception as error:
        if interrupts.is_interrupted():
            # Its children were ended: that says nothing of the candidate.
            raise KeyboardInterrupt from error
        how = StepState.FAILED
        fault = fault_of(error, step=step.task)
        products.keep_error(step.slot, step.name, _frames(error))
        product = next_error(made, materials=materials, fault=fault)
        products.write(step.slot, step.name, materials, product)
    return StepResult(
        task=step.task, how=how, seconds=round(time.monotonic() - started, 3), fault=fault
    )


def require(step: Step[Value], *, products: Products) -> StepResult:
    """Look whether a step's product stands; leave an error product if it does not.

    For a process that must not measure: what another machine should have brought and did not
    is no evidence, whatever lies there.
    """
    made = products.read(step.slot, step.name, step.product_type)
    if is_current(step, products=products, retry=False):
        return StepResult(task=step.task, how=StepState.REUSED, seconds=0.0)
    if made is not None and isinstance(made.value, ErrorProduct):
        return StepResult(task=step.task, how=StepState.FAILED, seconds=0.0, fault=made.value.fault)
    error = EvidenceError(
        f"{step.task} was not made for these inputs; nothing is measured here",
        next_step="openmed release gate",
    )
    fault = fault_of(error, step=step.task)
    products.write(step.slot, step.name, UNKNOWN, ErrorProduct(fault=fault, attempts=1))
    return StepResult(task=step.task, how=StepState.FAILED, seconds=0.0, fault=fault)


def raise_fault(done: StepResult) -> None:
    """Raise why a step failed, if it did, for a command that goes on only when it did not."""
    if done.fault is not None:
        error = ExternalError(done.fault.message, next_step=done.fault.next_step)
        error.kind = kind_of(done.fault.exit_code)
        raise error


def _is_current(
    step: Step[Value], made: Made[Value] | None, *, materials: str, retry: bool
) -> bool:
    if made is None or not is_up_to_date(made, materials=materials, retry=retry):
        return False
    if isinstance(made.value, ErrorProduct):
        return True
    return step.is_current(made.value) and not (retry and step.may_improve(made.value))


def _frames(error: Exception) -> str:
    """Where it happened, never what was in hand: a message may quote a document."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([*lines, exception_name(error), ""])
