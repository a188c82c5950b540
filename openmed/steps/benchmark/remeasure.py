"""Measure what is live again, as it is served, by the code that measures candidates.

Nothing is cached, nothing is signed, no product is written. What cannot be measured is told by
whose fault it is: the served bytes, the model, or this machine.
"""

from collections.abc import Callable
from dataclasses import dataclass

from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.evaluation.report import BenchmarkReport, Scope, Subject
from openmed.domain.evaluation.unanswered import incomplete
from openmed.domain.gates.gate import Against, Evidence, Gate, GateResult
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.verdict import judge
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.cited.condemned_behaviour import own_reports
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.nightly.night_findings import (
    Cause,
    NightTrouble,
    Remeasured,
    failed_gates,
    unjudged_gates,
)
from openmed.domain.release.product import fault_of
from openmed.domain.suites.suite import Suite, SuitePin
from openmed.domain.wire import from_plain, parse, plain
from openmed.errors import EvidenceError, ExternalError, IntegrityError, OpenMedError
from openmed.ports.inputs import Inputs
from openmed.ports.releasing import ReleasedBytes, ReleaseStore
from openmed.ports.storage import ArtifactStore
from openmed.steps.benchmark.runner import BenchmarkRunner, Measurement

_TRIES = 2
"""A model that does not answer is asked once more, in a fresh child, before it is told."""
_LOG = "; log: "


@dataclass(frozen=True)
class Remeasure:
    """Measures one live release.

    Attributes:
        store: trees of this night.
        released: brings served bytes into it.
        served: says whether what is served is whole.
        benches: gives what measures, with no prediction kept, for a suite more or none.
        control: why not even a program of our own runs here; empty = it does.
        has_packages: whether the packages that a tree pins are here.
        log: file for what a child says, by slot and suite.
    """

    inputs: Inputs
    releases: ReleaseStore
    store: ArtifactStore
    released: ReleasedBytes
    served: ReleasedBytes
    benches: Callable[[Suite | None], BenchmarkRunner]
    control: Callable[[], str]
    has_packages: Callable[[str], bool]
    log: Callable[[str, str], str]
    gates: tuple[Gate, ...]
    now: str

    def run(self, live: LiveRelease, *, night: Suite | None) -> Remeasured:
        """Measure a release on its pinned suites and on the notes of the night.

        Args:
            live: the release.
            night: notes of the night's own; None = it has none to be measured on.
        """
        try:
            lost = self._bring(live)
            if lost is not None:
                return Remeasured(live, trouble=(lost,))
            policy, pins = self._suites(live.release)
        except (OpenMedError, OSError) as error:
            return Remeasured(live, trouble=(_ours(error, live),))
        pairs: list[tuple[BenchmarkReport | None, BenchmarkReport]] = []
        troubles: list[NightTrouble] = []
        fresh = None
        for pin in (*pins, *((night.pin,) if night else ())):
            notes = night if night is not None and pin == night.pin else None
            again = self._measured(live, pin, night=notes)
            if isinstance(again, NightTrouble):
                troubles.append(again)
                if again.cause is Cause.MODEL:
                    break  # It does not run: each further suite would wait as long.
            elif notes is not None:
                fresh = again
            else:
                pairs.append((self._recorded(live.release, again), again))
        reports = tuple(again for _, again in pairs)
        failed = self._failed(live.release, policy, pins, reports, troubles)
        return Remeasured(live, tuple(pairs), failed, fresh, tuple(troubles))

    def _bring(self, live: LiveRelease) -> NightTrouble | None:
        """Have the served bytes here; what is served instead of them."""
        try:
            self.released.bring(live.release, may_build=False)
        except IntegrityError as error:
            lost = self.served.unserved(live)
            if lost is not None and lost.is_lost:
                return NightTrouble(Cause.BYTES, lost.reason)
            return _ours(error, live)
        return None

    def _suites(self, release: Promoted) -> tuple[Policy, tuple[SuitePin, ...]]:
        """Today's policy, its suites, and editions before that the release was measured on."""
        policy = self.inputs.policy(release.slot)
        pinned = {pin.name: pin for pin in self.inputs.pins()}
        missing = [name for name in policy.suites if name not in pinned]
        if missing:
            msg = f"policy {policy.name}: suite {missing[0]} is not pinned in gates/suites.toml"
            raise EvidenceError(msg)
        pins = tuple(pinned[name] for name in policy.suites)
        known = {row.suite_digest for row in own_reports(release.reports)}
        before = (pin.previous for pin in pins if pin.previous and pin.digest not in known)
        return policy, (*pins, *(one for one in before if one.digest in known))

    def _measured(
        self, live: LiveRelease, pin: SuitePin, *, night: Suite | None
    ) -> BenchmarkReport | NightTrouble:
        """The report of tonight, or why there is none."""
        release = live.release
        asked, said = self._asked(release, pin), ""
        try:
            if night is None:
                self.inputs.suite(pin)  # What is missing of it is no fault of the model.
        except (OpenMedError, OSError) as error:
            return _ours(error, live)
        for _ in range(_TRIES):
            bench = self.benches(night)
            try:
                report = bench.measure(asked)
            except ExternalError as error:
                said = error.message.partition(_LOG)[0]
                continue
            except (OpenMedError, OSError) as error:
                return _ours(error, live)
            said = incomplete(report)
            if not said:
                return report
        return self._whose(release, pin, said)

    def _whose(self, release: Promoted, pin: SuitePin, said: str) -> NightTrouble:
        """Whether it is the model that does not answer, or this machine that runs nothing."""
        what = f"suite {pin.name}: {said}"
        if not self.has_packages(release.artifact):
            return NightTrouble(Cause.OURS, f"{release.slot}: packages are not here: {said}")
        fault = self.control()
        if fault:
            return NightTrouble(
                Cause.OURS, f"{release.slot}: nothing runs on this machine: {fault}"
            )
        return NightTrouble(Cause.MODEL, what)

    def _asked(self, release: Promoted, pin: SuitePin) -> Measurement:
        row = release.candidate
        return Measurement(
            Subject(slot=release.slot, repo_id=row.repo_id, artifact=release.artifact),
            release.files,
            pin=pin,
            scope=Scope(labels=row.labels, languages=row.languages),
            task=f"nightly:{release.slot}:{pin.name}",
            log=self.log(release.slot, f"nightly-{pin.name}"),
            timeout=float(row.timeout_seconds),
        )

    def _recorded(self, release: Promoted, again: BenchmarkReport) -> BenchmarkReport | None:
        """The release's own report on the same documents; None = it has none."""
        for row in own_reports(release.reports):
            if row.suite_digest == again.suite.digest:
                data = self.releases.evidence(row.report)
                return parse(BenchmarkReport, data, what=f"recorded report of {row.suite}")
        return None

    def _failed(
        self,
        release: Promoted,
        policy: Policy,
        pins: tuple[SuitePin, ...],
        reports: tuple[BenchmarkReport, ...],
        troubles: list[NightTrouble],
    ) -> tuple[GateResult, ...]:
        """Required absolute gates that fail by today's policy.

        Judged as the first release of a slot is, so that what compares with another release is
        not applicable: the release itself is what tonight is compared with.
        """
        if not reports:
            return ()
        row = from_plain(Candidate, {**_table(release), "bootstrap": True}, what="recorded row")
        try:
            verdict = judge(
                Evidence(
                    candidate=row,
                    staged=_staged(release, row),
                    pins=pins,
                    reports=reports,
                    against=Against(generation=0, artifact=None),
                    baselines=(),
                    parent=None,
                    parents=(),
                    profile=self.store.profile_text(release.artifact),
                    listed=self.inputs.listed(row.repo_id),
                    timed_on=pins[0],
                    performance=None,
                    faults=(),
                ),
                policy=policy,
                gates=self.gates,
                floor=self.inputs.floor(),
                now=self.now,
            )
        except OpenMedError as error:
            troubles.append(NightTrouble(Cause.OURS, f"{release.slot}: {error.message}"))
            return ()
        troubles += (
            NightTrouble(Cause.OURS, f"{release.slot}: {one.id} could not be judged: {one.message}")
            for one in unjudged_gates(verdict)
        )
        return failed_gates(verdict)


def _table(release: Promoted) -> dict[str, object]:
    found = plain(release.candidate)
    return dict(found) if isinstance(found, dict) else {}


def _staged(release: Promoted, row: Candidate) -> StagedCandidate:
    return StagedCandidate(
        slot=release.slot,
        repo_id=row.repo_id,
        row=row.row,
        source=release.artifact,
        artifact=release.artifact,
        files=release.files,
        repro=release.repro,
        repro_hash=release.repro_hash,
    )


def _ours(error: OpenMedError | OSError, live: LiveRelease) -> NightTrouble:
    fault = fault_of(error, step=f"nightly:{live.release.slot}")
    return NightTrouble(Cause.OURS, f"{live.release.slot}: {fault.message}", fault.next_step)
