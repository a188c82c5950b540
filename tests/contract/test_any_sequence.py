"""Any sequence of what can happen to a slot, on real files, against a plain model.

Always: what is live is green, not condemned, present and whole, or the slot is empty; and nothing
that was revoked is ever served again.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support import builders
from support.places import BACK, LEAKS, SLOT, Place
from support.repositories import MEMORY
from support.simulators.dying_disk import DiedError, DyingDisk
from support.simulators.fleet_model import REVOKED, SlotModel

from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.keys.dsse import FileSigner
from openmed.app.maintenance import Recovered, recover
from openmed.domain.attestation.verifier import Role
from openmed.domain.gates.verdict import Decision
from openmed.domain.release.rollback_options import Request
from openmed.errors import RefusedError

CONTENTS = st.sampled_from(("a", "b", "c", "d", "e"))
NEVER = "2027-01-01T23:59:59Z"
KEEPING = Request.model_validate({**BACK.model_dump(), "is_revoking": False})
Act = Callable[[Place], object]


class Fleet(RuleBasedStateMachine):
    """One slot, its model, and a clock that goes on a minute with everything that happens."""

    def __init__(self) -> None:
        """An empty repository, and a person who may waive."""
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.model = SlotModel()
        self.minutes = 0
        self.looked_at = 0
        self.revoked: set[str] = set()
        self._place().person("alice", Role.WAIVE)

    def teardown(self) -> None:
        """Nothing stays."""
        shutil.rmtree(self.root, ignore_errors=True)

    @rule(content=CONTENTS)
    def green(self, content: str) -> None:
        """A candidate passes every gate."""
        assert self.model.judged(content, is_green=True) == _judge(self._place(), content, None)

    @rule(content=CONTENTS)
    def red(self, content: str) -> None:
        """A candidate fails a gate."""
        assert self.model.judged(content, is_green=False) == _judge(self._place(), content, LEAKS)

    @precondition(lambda self: self.model.target is not None)
    @rule()
    def red_earlier(self) -> None:
        """What a rollback would put back fails a gate today."""
        self.red(str(self.model.target))

    @precondition(lambda self: self.model.live is not None)
    @rule()
    def regress(self) -> None:
        """What is live fails a gate today, and is rolled back if that is possible."""
        live = str(self.model.live)
        assert self.model.judged(live, is_green=False) == _judge(self._place(), live, LEAKS)
        self.rollback()

    @precondition(lambda self: self.model.live is not None)
    @rule()
    def rollback(self) -> None:
        """Go back, and revoke what is left."""
        assert self.model.rolled_back(is_revoking=True) == self._place().roll_back().exit_code
        self.revoked |= {c for c, why in self.model.condemned.items() if why == REVOKED}

    @precondition(lambda self: self.model.live is not None)
    @rule()
    def rollback_and_freeze(self) -> None:
        """Go back, and keep what is left."""
        plan = self._place().roll_back(KEEPING)
        assert self.model.rolled_back(is_revoking=False) == plan.exit_code

    @precondition(lambda self: self.model.is_frozen)
    @rule()
    def thaw(self) -> None:
        """Releases may move the slot again."""
        self._place().hold.thaw(SLOT, reason="the audit is over")
        self.model.thawed()

    @precondition(lambda self: self.model.condemned)
    @rule(data=st.data())
    def waive(self, data: st.DataObject) -> None:
        """Somebody signs that a condemned artifact may be judged again; the revoked may not."""
        content = data.draw(st.sampled_from(sorted(self.model.condemned)))
        place = self._place()
        alice = FileSigner(place.keys, file=self.root / "alice.pem")
        try:
            place.lift.waive(
                alice,
                builders.artifact_of(content.encode()),
                reason="gold was wrong",
                expires=NEVER,
                is_recording=True,
            )
            is_lifted = True
        except RefusedError:
            is_lifted = False
        assert self.model.waived(content) == is_lifted

    @rule(
        content=CONTENTS,
        what=st.sampled_from(("green", "red", "rollback")),
        verb=st.integers(1, 40),
    )
    def crash(self, content: str, what: str, verb: int) -> None:
        """The process ends before one of its writes: all of it happened, or nothing did."""
        after = self.model.copy()
        if what == "rollback":
            after.rolled_back(is_revoking=True)
        else:
            after.judged(content, is_green=what == "green")
        before = len(self._place().releases.state().entries)
        place = self._place(DyingDisk(verb))
        try:
            if what == "rollback" and self.model.live is not None:
                place.roll_back()
            elif what != "rollback":
                _judge(place, content, None if what == "green" else LEAKS)
        except DiedError:
            pass
        if len(self._place().releases.state().entries) > before:
            self.model = after
            self.revoked |= {c for c, why in after.condemned.items() if why == REVOKED}

    @rule()
    def recover(self) -> None:
        """Everything that was interrupted is finished; again, there is nothing to do."""
        recover(self._place().world)
        assert recover(self._place().world) == Recovered(aside=(), temporary=0, derived=())

    @invariant()
    def holds(self) -> None:
        """The fleet is what the model says, whole to the last byte."""
        place = self._place()
        state = place.releases.state()
        live = state.live_in(SLOT)
        assert len(state.entries) == self.model.entries
        contents = [builders.artifact_of(content.encode()) for content in self.model.history]
        assert [row.release.artifact for row in state.history] == contents
        assert [row.generation for row in state.history] == list(range(1, len(contents) + 1))
        assert (live is None) == (self.model.live is None)
        condemned = {builders.artifact_of(content.encode()) for content in self.model.condemned}
        assert {row.fact.artifact for row in state.quarantines} == condemned
        if self.model.entries != self.looked_at:
            assert place.verify().faults == ()
            self.looked_at = self.model.entries
        if live is not None:
            assert self.model.live not in self.revoked
            assert not state.is_quarantined(live.release.artifact)
            verdict = place.verifiers.verify(place.releases.evidence(live.release.verdict)).verdict
            assert verdict.decision is Decision.RELEASABLE
            place.registry.verify(live.release.artifact, live.release.files)

    def _place(self, disk: Disk = REAL) -> Place:
        """The repository as a new process sees it, a minute later."""
        self.minutes += 1
        now = datetime.fromisoformat(builders.NOW) + timedelta(minutes=self.minutes)
        return Place(self.root, now=now.strftime("%Y-%m-%dT%H:%M:%SZ"), disk=disk)


def _judge(place: Place, content: str, covered: dict[str, int] | None) -> str:
    """Judge a candidate and flip it if it may be; its standing."""
    data = content.encode()
    verdict = place.verdict(data, covered=covered)
    place.offer(verdict, place.signed(verdict), content=data, covered=covered)
    (row,) = place.flip().results
    return row.standing.value


TestAnySequence = Fleet.TestCase
TestAnySequence.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
