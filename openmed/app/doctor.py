"""`openmed doctor`: is everything there that a release needs; looks, and writes nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final

from openmed.app.blockers import BlockerSearch
from openmed.app.head import verified_standing
from openmed.app.plan import standing_policies
from openmed.app.policies import PolicyStanding, policy_standing
from openmed.app.sync import horizons
from openmed.context import Context
from openmed.domain.attestation.head_statement import SIGN
from openmed.domain.candidates.candidate import Candidate, SourceKind
from openmed.domain.gates.order.policy_order import named
from openmed.domain.ledger.cited.suite_editions import NEXT_STEP, moved_suites
from openmed.domain.ledger.clock_rules import CLOCK_WAY, clock_notice, entries_ahead
from openmed.domain.monitoring.health.machine import CLOSED_KEY, release_room
from openmed.domain.release.policy_change import UNKNOWN, approve_command
from openmed.domain.release.results.examination import Examination, Health, HealthCheck
from openmed.domain.suites.suite import SuitePin
from openmed.errors import OpenMedError
from openmed.pipeline.reviewed.reviewed_policies import require_policies_used, usable_policy
from openmed.pipeline.reviewed.reviewed_suites import recorded_editions
from openmed.pipeline.sharing_rules import unshared_tags

EXTRAS: Final = {
    "onnx": "runs candidates that are ONNX token classifiers",
    "shield": "reads suites that are parquet tables",
    "hub": "reads models and suites of the Hub",
    "transformers": "runs candidates that are safetensors",
    "recipes": "builds candidates from recipes that export ONNX",
    "dask": "runs candidates on the workers of a cluster",
}
"""What each extra is for."""
_NEEDED_BY: Final[Mapping[str, str]] = {SourceKind.RECIPE: "recipes", SourceKind.HF: "hub"}
_CORRECT: Final = "correct it"
_MOST_ROWS: Final = 5
"""Rows of the catalogue that are named."""


def examine(world: Context) -> Examination:
    """Look at this machine and one release repository."""
    return Examination(checks=tuple(_Doctor(world).checks()))


class _Doctor:
    """Looks at one thing after the other; what cannot be looked at is broken."""

    def __init__(self, world: Context) -> None:
        self._world = world
        self._machine = world.machine
        self._candidates: tuple[Candidate, ...] = ()

    def checks(self) -> Iterator[HealthCheck]:
        """Everything, in order: later looks rest on earlier ones."""
        looks: tuple[tuple[str, Callable[[], Iterable[HealthCheck]]], ...] = (
            ("python", self._python),
            ("queue", self._queue),
            ("packages", self._packages),
            ("isolation", self._isolation),
            ("keys", self._keys),
            ("policy", self._policies),
            ("reaction", self._reaction),
            ("suites", self._suites),
            ("catalogue", self._catalogue),
            ("release", self._blockers),
            ("ledger", self._ledger),
            ("head", self._head),
            ("sharing", self._sharing),
            ("history", self._history),
            ("disk", self._disk),
            ("targets", self._targets),
            ("notices", self._notices),
            ("lock", self._lock),
            ("plug-ins", self._plug_ins),
        )
        for name, look in looks:
            try:
                yield from look()
            except OpenMedError as error:
                yield _broken(name, error.message, error.next_step or "correct it")
            except OSError as error:
                yield _broken(name, f"{error.strerror}: {error.filename}", "make it readable")

    def _python(self) -> Iterator[HealthCheck]:
        if self._machine.is_python_new:
            yield _well("python", self._machine.python)
        else:
            yield _broken("python", f"{self._machine.python} is too old", "make PYTHON=python3.12")

    def _queue(self) -> Iterator[HealthCheck]:
        self._candidates = self._world.inputs.queue()
        yield _well("queue", _count(len(self._candidates), "candidate", "candidates"))

    def _packages(self) -> Iterator[HealthCheck]:
        missing = self._machine.missing_packages()
        lost = missing.pop("")
        if lost:
            yield _broken("packages", f"missing: {', '.join(lost)}", "make setup")
        else:
            yield _well("packages", "all that is always needed")
        needed = {_NEEDED_BY.get(candidate.scheme) for candidate in self._candidates}
        for extra, names in missing.items():
            name, purpose = f"extra {extra}", EXTRAS[extra]
            if not names:
                yield _well(name, purpose)
                continue
            says = f"missing: {', '.join(names)}; it {purpose}"
            health = Health.BROKEN if extra in needed else Health.OPTIONAL
            fix = f"pip install 'openmed-release[{extra}]'"
            yield HealthCheck(name=name, health=health, says=says, fix=fix)

    def _isolation(self) -> Iterator[HealthCheck]:
        kernel = self._machine.isolation
        if not kernel.isolates:
            says = f"none for code of candidates: {kernel.lacks}"
            fix = "run them on Linux 5.13 or later with Landlock; docs/reference/isolation.md"
            yield HealthCheck(name="isolation", health=Health.OPTIONAL, says=says, fix=fix)
            return
        found = f"Landlock {kernel.landlock}, seccomp"
        if kernel.namespaces:
            yield _well("isolation", f"{found}, namespaces")
            return
        says = f"{found}; no namespaces, so models get no shared memory (multiprocessing)"
        fix = "allow unprivileged user namespaces; docs/reference/isolation.md"
        yield HealthCheck(name="isolation", health=Health.OPTIONAL, says=says, fix=fix)

    def _keys(self) -> Iterator[HealthCheck]:
        verifier = self._world.signer.name
        private, given = self._world.keys.private, self._world.keys.given
        if not given and self._machine.is_open_to_others(private):
            says = "others than its owner may read the signing key"
            yield _broken("keys", says, f"chmod 600 {private}; then openmed keys rotate --lost")
            return
        closure = self._world.releases.reached().closure_of(self._world.signer.keyid)
        if closure is not None:
            says = f"the signing key of {verifier} was closed by {closure.tag}"
            yield _broken("keys", says, CLOSED_KEY)
            return
        where = "given by the environment" if given else "readable by its owner only"
        yield _well("keys", f"signs as {verifier}, {where}")

    def _policies(self) -> Iterator[HealthCheck]:
        known = standing_policies(self._world)
        for row in self._candidates:
            if row.slot in known:
                found = known[row.slot]
                says = f"{row.slot}: {found.policy}, {found.gates} gates"
                yield self._policy(row, says, found)
                continue
            try:
                policy = usable_policy(self._world, row)
            except OpenMedError as error:
                yield _broken("policy", error.message, error.next_step or "correct it")
                continue
            used = sum(1 for gate in policy.gates if gate.not_applicable is None)
            says = f"{row.slot}: {policy.name}, {used} gates"
            yield self._policy(row, says, policy_standing(self._world, row))
        require_policies_used(self._world)

    def _policy(self, row: Candidate, says: str, standing: PolicyStanding) -> HealthCheck:
        """A policy that can be used; and whether it is weaker than that of the slot's release."""
        if standing.fault:
            return HealthCheck(
                name="policy", health=Health.OPTIONAL, says=standing.fault, fix="correct it"
            )
        if not standing.since:
            return _well("policy", says)
        if standing.weaker:
            says += f"; weaker than at {standing.since}: {named(standing.weaker)}"
        if not standing.is_known:
            says += f"; another policy than at {standing.since}: {UNKNOWN}"
        if standing.approved_by:
            says += f"; approved by {standing.approved_by}"
        if not standing.is_refused:
            return _well("policy", says)
        fix = f"restore it, or {approve_command(row.slot)}"
        return HealthCheck(name="policy", health=Health.OPTIONAL, says=says, fix=fix)

    def _reaction(self) -> Iterator[HealthCheck]:
        kinds = len(self._world.reactions().rules)
        yield _well("reaction", f"what follows from {kinds} kinds of regression is stated")

    def _suites(self) -> Iterator[HealthCheck]:
        pins = self._world.inputs.pins()
        used = set(self._used_suites())
        for name in sorted(used - {pin.name for pin in pins}):
            fix = "pin it in gates/suites.toml"
            yield _broken("suite", f"{name} is named by a policy and pinned nowhere", fix)
        for pin in pins:
            yield self._suite(pin, is_used=pin.name in used)
        yield from self._editions(pins)

    def _editions(self, pins: tuple[SuitePin, ...]) -> Iterator[HealthCheck]:
        """Documents that the ledger knows otherwise, and editions nothing is compared on."""
        state = self._world.releases.state()
        fault = recorded_editions(self._world).fault(state, pins)
        if fault:
            yield _broken("edition", fault, NEXT_STEP)
            return
        for slot in sorted(candidate.slot for candidate in self._candidates):
            moved = moved_suites(state, slot, self._named_by(slot, pins), artifact=None)
            for one in moved:
                if one.fault:
                    yield _broken("edition", f"{slot}: {one.fault}", one.next_step)

    def _named_by(self, slot: str, pins: tuple[SuitePin, ...]) -> tuple[SuitePin, ...]:
        with suppress(OpenMedError):  # said when the policies were looked at
            names = self._world.inputs.policy(slot).suites
            return tuple(pin for pin in pins if pin.name in names)
        return ()

    def _used_suites(self) -> Iterator[str]:
        for candidate in self._candidates:
            with suppress(OpenMedError):  # said when the policies were looked at
                policy = self._world.inputs.policy(candidate.slot)
                yield from (*policy.suites, policy.performance_suite)

    def _suite(self, pin: SuitePin, *, is_used: bool) -> HealthCheck:
        if pin.hub is not None:
            return _well("suite", f"{pin.name}: on the Hub at one revision; fetched when used")
        try:
            suite = self._world.inputs.suite(pin)
        except OpenMedError as error:
            health = Health.BROKEN if is_used else Health.OPTIONAL
            fix = error.next_step or f"openmed suite digest {pin.name}"
            return HealthCheck(name="suite", health=health, says=error.message, fix=fix)
        return _well("suite", f"{pin.name}: {len(suite.documents)} documents, as pinned")

    def _catalogue(self) -> Iterator[HealthCheck]:
        found = self._world.inputs.catalogue()
        if isinstance(found, str):
            yield HealthCheck(name="catalogue", health=Health.OPTIONAL, says=found, fix=_CORRECT)
            return
        for row in found.faults[:_MOST_ROWS]:
            # A row that says whose it is holds that one, which is said below.
            health = Health.OPTIONAL if row.repo_id else Health.BROKEN
            yield HealthCheck(name="catalogue", health=health, says=row.message, fix=_CORRECT)
        more = len(found.faults) - _MOST_ROWS
        if more > 0:
            yield _broken("catalogue", f"and {more} more rows that cannot be used", _CORRECT)
        if not found.faults:
            yield _well("catalogue", _count(len(found.rows), "row", "rows"))

    def _blockers(self) -> Iterator[HealthCheck]:
        search = BlockerSearch(self._world)
        found = [one for row in self._candidates for one in search.of(row)]
        for one in found:
            yield _broken("release", f"{one.slot}: {one.says}", one.fix)
        if not found:
            yield _well("release", "nothing in the queue keeps a candidate from being released")

    def _ledger(self) -> Iterator[HealthCheck]:
        state = self._world.releases.state()
        if not state.entries:
            yield _well("ledger", "empty: nothing was released yet")
            return
        last = state.entries[-1]
        yield _well(
            "ledger", f"{_count(len(state.entries), 'entry', 'entries')}, the last is {last.tag}"
        )
        notice = clock_notice(state.entries, now=self._world.now)
        fix = CLOCK_WAY
        if entries_ahead(state.entries, now=self._world.now):
            says = f"{notice}; nothing is released"
            yield _broken("clock", says, fix)
        elif notice:
            yield HealthCheck(name="clock", health=Health.OPTIONAL, says=notice, fix=fix)
        else:
            yield _well("clock", f"{self._world.now}, after the last ledger entry")

    def _head(self) -> Iterator[HealthCheck]:
        found = verified_standing(self._world)
        if found is not None:
            late = Health.OPTIONAL if found.standing.is_due else Health.WELL
            health = Health.BROKEN if found.is_fault else late
            fix = "" if health is Health.WELL else SIGN
            yield HealthCheck(name="head", health=health, says=found.standing.says, fix=fix)

    def _sharing(self) -> Iterator[HealthCheck]:
        git = self._world.git_state
        fault = self._world.sharing_memory.fault()
        if fault is not None:
            yield _broken("sharing", fault.says, fault.next_step)
        if git is None:
            return
        tags = unshared_tags(self._world)
        if tags:
            says = f"{', '.join(tags)} (not shared yet): not on {git.branch.name}"
            yield _broken("sharing", says, "openmed release recover --forward")
        else:
            yield _well("sharing", f"{git.branch.name} has every ledger entry of this machine")

    def _history(self) -> Iterator[HealthCheck]:
        for one in horizons(self._world):
            yield HealthCheck(name="history", health=Health.OPTIONAL, says=one.says, fix=one.fix)

    def _disk(self) -> Iterator[HealthCheck]:
        free = self._machine.free_bytes(self._world.artifacts)
        wanted = release_room([row.max_bytes for row in self._candidates]).bytes
        says = f"{_size(free)} free, a run may need {_size(wanted)}"
        if free < wanted:
            yield _broken("disk", says, "free some, or link artifacts/ to a larger disk")
        else:
            yield _well("disk", says)

    def _targets(self) -> Iterator[HealthCheck]:
        registry = self._world.registry
        yield _written("target", registry.where, is_writable=registry.is_writable())
        for name, other in registry.by_slot.items():
            if other.is_writable():
                yield _well(name, other.where)
            else:
                fix = f"let this process write {other.where}"
                yield _broken(name, f"{other.where} cannot be written", fix)
        for name, folder in self._world.folders.items():
            is_writable = self._machine.is_writable(folder)
            yield _written(name, self._world.shown(folder), is_writable=is_writable)

    def _notices(self) -> Iterator[HealthCheck]:
        """Who is told of trouble; what a sink lacks here may be there in CI."""
        for name, sink in self._world.sinks.sinks.items():
            fault = sink.fault()
            if fault:
                says = f"{name}: {fault}"
                fix = "set it where openmed notify runs; docs/notices.md"
                yield HealthCheck(name="notices", health=Health.OPTIONAL, says=says, fix=fix)
            else:
                yield _well("notices", f"{name}: {sink.where}")

    def _lock(self) -> Iterator[HealthCheck]:
        if self._machine.is_locked(self._world.releases.lock_file):
            yield _broken("lock", "another process is moving the pointer", "wait until it is done")
        else:
            yield _well("lock", "nobody holds it")

    def _plug_ins(self) -> Iterator[HealthCheck]:
        _ = self._world.gates  # a plug-in that cannot be loaded is said here
        found = self._machine.plug_ins()
        for one in found:
            yield _well("plug-in", f"{one.kind}: {one.name} of {one.package}")
        if not found:
            yield _well("plug-ins", "none of other packages")


def _well(name: str, says: str) -> HealthCheck:
    return HealthCheck(name=name, health=Health.WELL, says=says)


def _broken(name: str, says: str, fix: str) -> HealthCheck:
    return HealthCheck(name=name, health=Health.BROKEN, says=says, fix=fix)


def _written(name: str, place: str, *, is_writable: bool) -> HealthCheck:
    if is_writable:
        return _well(name, f"{place} can be written")
    return _broken(name, f"{place} cannot be written", f"make {place} writable")


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"  # noqa: PLR2004 - units
