"""What a flip verified is what it writes: nothing is read a second time, nothing is overlooked."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from support import builders
from support.places import LEAKS, SLOT, FixedInputs, Place

from openmed.adapters.stores.product_store import FileProducts
from openmed.domain.frozen import Frozen
from openmed.domain.release.product import Made
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.suites.suite import SuitePin
from openmed.errors import IntegrityError

FIRST, SECOND = b"first", b"second"
OTHER = "1" * 64


@dataclass
class _Interrupted:
    """Products of steps that a second run rewrites as soon as one of them was read."""

    real: FileProducts
    rewrite: Callable[[], None]
    name: str
    read_names: list[str] = field(default_factory=list)

    def read(self, slot: str, name: str, kind: type[Frozen]) -> Made[Frozen] | None:
        """Read, and let the other run write."""
        made = self.real.read(slot, name, kind)
        if name == self.name and name not in self.read_names:
            self.rewrite()
        self.read_names.append(name)
        return made


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A green verdict waits for the flip."""
    made = Place(tmp_path)
    _offer(made)
    return made


def _offer(place: Place) -> None:
    verdict = place.verdict(FIRST)
    place.offer(verdict, place.signed(verdict), content=FIRST)


@pytest.mark.parametrize("name", ["verdict", "golden", "performance"])
def test_a_second_run_that_rewrites_a_product_loses_no_envelope(name: str, place: Place) -> None:
    """The entry names what was verified, and that is on disk; or nothing moves."""

    def rewrite() -> None:
        bad = place.verdict(FIRST, covered=LEAKS)
        place.offer(bad, place.signed(bad), content=FIRST, covered=LEAKS)

    products = _Interrupted(place.products, rewrite, name)
    (result,) = replace(place.flip_step(), products=products).run().results  # type: ignore[arg-type]
    if name == "verdict":
        # Its reports were replaced before they were read: this slot waits, the fleet goes on.
        assert (SlotOutcome.REFUSED, 7) == (result.standing, result.exit_code)
        assert "is not the one the verdict was made from" in result.reason
        assert () == place.releases.state().entries
    else:
        assert SlotOutcome.RELEASED is result.standing
    assert () == place.verify().faults
    assert products.read_names.count("verdict") == 1


def test_a_commit_without_the_evidence_is_refused(place: Place) -> None:
    """The store looks for itself; nothing was written."""
    plan = place.flip_step().planned()
    assert plan.entry is not None
    assert plan.pointer is not None
    with pytest.raises(IntegrityError):
        place.releases.commit(plan.entry, plan.pointer, evidence=())
    assert () == place.releases.state().entries
    assert not (place.root / "gates" / "ledger").exists()


@dataclass(frozen=True)
class _Edited(FixedInputs):
    """What humans reviewed, edited while the run waited for the lock."""

    pinned: tuple[SuitePin, ...] = (builders.a_pin(),)
    settings: str = "0" * 64

    def pins(self) -> tuple[SuitePin, ...]:
        """Suites as they are pinned now."""
        return self.pinned

    def registry_settings(self) -> str:
        """The registry as it is named now."""
        return self.settings


def _flipped(place: Place, **edited: object) -> Result:
    step = place.flip_step()
    inputs = place.inputs()
    now = _Edited(inputs.rows, inputs.chosen, **edited)  # type: ignore[arg-type]
    (result,) = replace(step, inputs=now).run().results
    return result


def _pin(digest: str) -> SuitePin:
    return SuitePin.model_validate({**builders.a_pin().model_dump(by_alias=True), "digest": digest})


@pytest.mark.parametrize("pins", [(), (_pin(OTHER),)], ids=["gone", "other documents"])
def test_suite_pins_changed_meanwhile_are_refused(pins: tuple[SuitePin, ...], place: Place) -> None:
    """Conflict, exit 6: the verdict is about documents nobody pins any more."""
    result = _flipped(place, pinned=pins)
    assert (SlotOutcome.REFUSED, 6) == (result.standing, result.exit_code)
    assert "suite golden was pinned to other documents since the verdict" == result.reason
    assert place.releases.state().live_in(SLOT) is None


def test_a_registry_changed_meanwhile_is_refused(place: Place) -> None:
    """The bytes would go where nobody looks for them."""
    result = _flipped(place, settings=OTHER)
    assert (SlotOutcome.REFUSED, 6) == (result.standing, result.exit_code)
    assert "gates/registries.toml changed since the run began" == result.reason
    assert place.releases.state().live_in(SLOT) is None


def test_nothing_changed_is_released(place: Place) -> None:
    """The refusals above are because of the edits."""
    assert SlotOutcome.RELEASED is _flipped(place).standing
