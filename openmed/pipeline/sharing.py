"""Sharing what a command does: follow the shared branch, act, and let others have it.

Ledger ancestry decides, not git's. The branch must descend from everything that was seen, and so
must this checkout; a branch or a checkout that went backwards is refused. Entries that nobody else
has yet are provisional: those of this call that lost a race are taken back and made again, older
ones are replayed on the new head, so that nothing they condemned is ever served again.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from openmed.context import Context
from openmed.domain.ledger.ancestry import (
    LostHead,
    Sighting,
    lost_fault,
    lost_heads,
    shared_fault,
    way_back,
)
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.release.sync_config import FILE, STATE_BRANCH
from openmed.errors import ExternalError, FlipConflictError, IntegrityError, UsageError
from openmed.pipeline.regeneration import RECORDS, derived_steps
from openmed.pipeline.sharing_rules import is_reviewed_sharing, unshared_tags
from openmed.pipeline.step_runner import run_step
from openmed.ports.sharing import SharedState, StateSync
from openmed.steps.reconcile import Reconcile

URGENT_SECONDS: Final = 10.0
"""Longest wait for each answer of the remote before a rollback or a freeze acts without it."""
_REPLAYED: Final = "made here while others went on"
_FORWARD: Final = "openmed release recover --forward"


class Sharing:
    """One command's dealings with the shared branch."""

    def __init__(
        self,
        world: Context,
        git: StateSync,
        *,
        is_urgent: bool = False,
        is_judging: bool = False,
        is_repairing: bool = False,
    ) -> None:
        """Nothing is asked yet.

        Args:
            world: the release repository.
            git: its shared branch.
            is_urgent: the command acts also while the remote is away.
            is_judging: queue, policies, suites and keys must be the reviewed ones.
            is_repairing: the command itself mends a pointer that went backwards, or two heads.
        """
        self._world = world
        self._git = git
        self._is_urgent = is_urgent
        self._is_judging = is_judging
        self._is_repairing = is_repairing
        self._away = ""
        self._is_as_reviewed = False
        self._before: frozenset[str] = frozenset()
        self._evidence: frozenset[str] = frozenset()
        self._gone: frozenset[str] = frozenset()

    def begin(self) -> None:
        """Follow what others shared, and share what an earlier call could not.

        Raises:
            IntegrityError: this checkout or the branch went backwards, or a file is damaged.
            ExternalError: the remote cannot be reached, and the command can wait.
            UsageError: what decides is not what was reviewed.
        """
        git, releases = self._git, self._world.releases
        with releases.lock(is_rollback=self._is_urgent):
            self._is_as_reviewed = is_reviewed_sharing(
                self._world, may_act=self._is_urgent or self._is_repairing
            )
            git.refuse_unmerged()
            if not self._is_repairing:
                self._prove_local()
            self._away = git.branch.fetch(seconds=URGENT_SECONDS if self._is_urgent else None)
            if self._away and not (self._is_urgent or self._is_repairing):
                msg = f"cannot fetch the state from {git.branch.name}: {self._away}"
                raise ExternalError(msg, next_step=f"git fetch; see {FILE}", retryable=True)
            if not self._is_repairing:
                self._catch_up()
            if self._is_judging:
                self._require_reviewed()
            if self._is_repairing:
                self._bring_what_is_there()
            self._before = _digests(releases.last_whole().entries)
            self._evidence = git.evidence_names()
            self._gone = self._world.memory.taken_back()

    def finish(self, *, is_repeatable: bool = True) -> bool:
        """Share what was done.

        Args:
            is_repeatable: whether what lost a race is taken back, to be done again; if not, it
                is replayed when this begins again.

        Returns:
            Whether it holds; if not, another machine was first.

        Raises:
            IntegrityError: this checkout or the branch went backwards.
            ExternalError: the branch refused it, or cannot be reached; it holds here only.
        """
        with self._world.releases.lock(is_rollback=self._is_urgent):
            if is_repeatable and self._world.memory.taken_back() != self._gone:
                return False  # Another process here lost a race, and perhaps our entry with it.
            state = self._proved()
            made = tuple(e for e in state.entries if e.digest not in self._before)
            if self._away:
                self._say_unshared(self._away)
                return True
            # A command makes one entry; of more, one is of another process here, and is replayed.
            return self._publish(state, made if is_repeatable and len(made) == 1 else ())

    def follow(self) -> None:
        """Take in what the branch had when it was last fetched; ask nothing, share nothing.

        Entries that are only here stay as they are: a command that acts shares or replays them.

        Raises:
            IntegrityError: this checkout or the branch went backwards, or a file is damaged.
        """
        local = self._world.releases.reached()
        theirs = self._git.branch.read(local)
        if theirs is None or _reaches(local, theirs.head):
            return
        with self._world.releases.lock():
            self._git.refuse_unmerged()
            self._prove_local()
            self._refuse_rewound(local, theirs)
            if not local.entries or _reaches(theirs.state, local.entries[-1].digest):
                self._take_in(local, theirs)

    def _bring_what_is_there(self) -> None:
        """Have the files of the branch here, for the command that mends the pointer."""
        with suppress(IntegrityError):
            theirs = self._git.branch.read(self._world.releases.last_whole())
            if theirs is not None:
                self._git.bring(theirs)

    def _prove_local(self) -> None:
        """Refuse a checkout that went backwards, before anything of it is shared.

        One without any state, as a fresh clone is, follows the branch first.
        """
        state = self._world.releases.reached()
        lost = self._world.releases.lost_heads(state, is_local=True) if state.entries else ()
        if lost:
            raise IntegrityError(lost_fault(state, lost), next_step=way_back(lost))

    def _proved(self) -> FleetState:
        """The state, which descends from everything seen; asked anew after each fetch."""
        state = self._world.releases.state()
        lost = self._world.releases.lost_heads(state)
        if lost:
            raise IntegrityError(lost_fault(state, lost), next_step=way_back(lost))
        return state

    def _catch_up(self) -> None:
        for _ in range(self._git.attempts):
            local = self._world.releases.reached()
            theirs = self._git.branch.read(local)
            if self._git.branch.is_missing:
                self._refuse_vanished(theirs)
            if theirs is not None:
                self._refuse_rewound(local, theirs)
                self._take_in(local, theirs)
            state = self._proved()
            if self._away or not (_unshared(state, theirs)):
                return
            try:
                if self._publish(state, ()):
                    return
            except ExternalError as error:
                if not self._is_urgent:
                    raise
                self._away = error.message
                return
        raise _overtaken(self._git.attempts)

    def _refuse_vanished(self, theirs: SharedState | None) -> None:
        """Refuse a remote that has lost the branch.

        Raises:
            IntegrityError: it had the branch once.
        """
        confirmed = self._world.memory.confirmed(branch=self._git.branch.name)
        last = theirs.state.entries[-1] if theirs and theirs.head else None
        if confirmed or last:
            named = f"{last.digest[:16]} ({last.tag})" if last else confirmed[:16]
            msg = f"{self._git.branch.name}, which had {named}, is no branch of the remote now"
            raise IntegrityError(msg, next_step=_FORWARD)

    def _take_in(self, local: FleetState, theirs: SharedState) -> None:
        if theirs.head and not _reaches(local, theirs.head):
            if not local.entries or _reaches(theirs.state, local.entries[-1].digest):
                self._follow(theirs)
            else:
                self._replay(local, theirs)
        if theirs.head:
            self._confirm(theirs.head)
        self._git.settle(theirs.commit)

    def _follow(self, theirs: SharedState) -> None:
        self._git.bring(theirs)
        self._world.releases.advance(theirs.state.entries)
        self._git.bring_derived(theirs)

    def _replay(self, local: FleetState, theirs: SharedState) -> None:
        """Take entries that were never shared into the ledger that went on without them.

        The pointer goes from ours to the entry that has both; what ours condemned is condemned
        at every moment.
        """
        there = _digests(theirs.state.entries) | theirs.state.absorbed
        branch = tuple(entry for entry in local.entries if entry.digest not in there)
        head = branch[-1]
        other = LostHead("this checkout", head.digest, head.tag, branch, is_ahead=False)
        step = Reconcile(
            releases=self._world.releases, registry=self._world.registry, now=self._world.now
        )
        plan = step.plan(theirs.state, other, is_abandoning=False, reason=_REPLAYED)
        self._git.bring(theirs)
        self._world.releases.advance((*theirs.state.entries, plan.entry))
        self._git.bring_derived(theirs)
        self._set_aside(branch)
        for records in derived_steps(self._world):
            if records.kind == RECORDS:
                run_step(records, products=self._world.products, retry=True)
        tags = ", ".join(f"{entry.tag} (not shared yet)" for entry in branch)
        left = f"; not taken over: {', '.join(plan.left)}" if plan.left else ""
        self._say(f"{tags}: {self._git.branch.name} went on; now in {plan.entry.tag}{left}")

    def _publish(self, state: FleetState, made: tuple[Entry, ...]) -> bool:
        """Offer the state until the ledger of the branch has it, or went on without it."""
        for _ in range(self._git.attempts):
            holds = self._offer(state, made)
            if holds is not None:
                return holds
        raise _overtaken(self._git.attempts)

    def _offer(self, state: FleetState, made: tuple[Entry, ...]) -> bool | None:
        """Push once: whether it holds; None when others pushed commits without ledger entries."""
        git = self._git
        theirs = None if git.branch.is_missing else git.branch.read(state)
        if theirs is None and not state.entries:
            return True
        base = git.branch.read(state) if git.branch.is_missing else theirs
        commit = git.commit(state, base)
        if theirs is not None and commit == theirs.commit:
            self._settle(state, theirs)
            return True
        answer = git.branch.push(commit)
        # Whatever push said: what the remote has now decides, as an answer may be lost.
        away = git.branch.fetch()
        now = None if git.branch.is_missing else git.branch.read(state)
        if not away and now is not None and _reaches(now.state, state.entries[-1].digest):
            self._refuse_rewound(state, now)
            self._take_in(state, now)
            return True
        was = theirs.commit if theirs else ""
        if away or (now.commit if now else "") == was:
            if away and self._is_urgent:
                self._say_unshared(away)
                return True
            raise self._refused(away or answer.reason, is_final=answer.is_refused and not away)
        if now is not None:
            self._refuse_rewound(state, now)
            if theirs is not None and now.head == theirs.head:
                return None
            self._take_back(state, made, now)
        return False

    def _settle(self, state: FleetState, theirs: SharedState) -> None:
        if state.entries:
            self._confirm(state.entries[-1].digest)
        self._git.settle(theirs.commit)

    def _take_back(self, state: FleetState, made: tuple[Entry, ...], now: SharedState) -> None:
        """Undo what this call made, and nothing else; older entries are replayed later."""
        before = state.entries[: len(state.entries) - len(made)]
        if not made or (before and not _reaches(now.state, before[-1].digest)):
            return
        self._world.memory.take_back(made)
        self._follow(now)
        self._set_aside(made)
        named = {name for entry in now.state.entries for name in entry.evidence}
        self._git.drop_evidence(self._git.evidence_names() - self._evidence - named)
        self._confirm(now.head)
        self._git.settle(now.commit)

    def _set_aside(self, entries: tuple[Entry, ...]) -> None:
        here = {stray.name for stray in self._world.releases.strays(self._world.releases.reached())}
        # A child goes before its parent, so that a crash in between leaves no shorter fork.
        for entry in reversed(entries):
            if entry.digest in here:
                self._world.releases.set_aside(entry.digest)

    def _refuse_rewound(self, local: FleetState, theirs: SharedState) -> None:
        """Refuse a branch that does not descend from what it was seen to hold.

        Raises:
            IntegrityError: it was reverted, reset or pushed over.
        """
        memory = self._world.memory
        confirmed = memory.confirmed(branch=self._git.branch.name)
        own = _provisional(local, theirs.state, confirmed=confirmed)
        seen = [one for one in memory.sightings(theirs.state) if one.head and one.head not in own]
        if confirmed:
            seen.append(Sighting(where="an earlier fetch", head=confirmed))
        lost = lost_heads(theirs.state, seen, memory.entry)
        if lost:
            raise IntegrityError(
                shared_fault(self._git.branch.name, theirs.state, lost),
                next_step=_way_past(local, theirs, lost),
            )

    def _confirm(self, head: str) -> None:
        if self._is_as_reviewed:
            self._world.sharing_memory.keep()
        self._world.memory.confirm(head, branch=self._git.branch.name)

    def _require_reviewed(self) -> None:
        names = self._git.unreviewed()
        if names:
            branch = self._git.branch.reviewed.removeprefix("refs/remotes/")
            more = f" and {len(names) - 1} more files" if len(names) > 1 else ""
            verb, noun = ("differ", "they are") if more else ("differs", "it is")
            msg = f"{names[0]}{more} {verb} from {branch}, where {noun} reviewed"
            raise UsageError(msg, next_step=f"git diff {branch} -- {names[0]}")

    def _refused(self, reason: str, *, is_final: bool) -> ExternalError:
        tags = unshared_tags(self._world)
        held = f"; {', '.join(tags)} (not shared yet) holds on this machine only" if tags else ""
        msg = f"cannot push the state to {self._git.branch.name}: {reason}{held}"
        way = (
            f"let the identity of {FILE} push there, or name a branch of its own there: "
            f'branch = "{STATE_BRANCH}"'
        )
        return ExternalError(
            msg, next_step=way if is_final else "run it again", retryable=not is_final
        )

    def _say_unshared(self, reason: str) -> None:
        tags = ", ".join(f"{tag} (not shared yet)" for tag in unshared_tags(self._world))
        if tags:
            name = self._git.branch.name
            self._say(f"{tags}: {name} cannot be reached: {reason}; the next command pushes it")

    def _say(self, line: str) -> None:
        self._world.terminal.line(line)


def _unshared(state: FleetState, theirs: SharedState | None) -> bool:
    return bool(state.entries) and (
        theirs is None or not _reaches(theirs.state, state.entries[-1].digest)
    )


def _provisional(local: FleetState, theirs: FleetState, *, confirmed: str) -> frozenset[str]:
    """Entries here that nobody else can have, and those that such an entry took in."""
    chain = [entry.digest for entry in local.entries]
    start = chain.index(confirmed) + 1 if confirmed in chain else 0
    return (frozenset(chain[start:]) - _digests(theirs.entries)) | local.absorbed


def _way_past(local: FleetState, theirs: SharedState, lost: tuple[LostHead, ...]) -> str:
    """What repairs a branch that went backwards, by what this checkout reaches."""
    if not all(_reaches(local, head.digest) for head in lost):
        return way_back(lost)
    if not theirs.head or _reaches(local, theirs.head):
        return _FORWARD
    return f"openmed release reconcile {theirs.head[:16]}"  # It went on from there, too.


def _reaches(state: FleetState, digest: str) -> bool:
    return digest in state.absorbed or any(entry.digest == digest for entry in state.entries)


def _digests(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(entry.digest for entry in entries)


def _overtaken(attempts: int) -> FlipConflictError:
    msg = f"another machine was first, {attempts} times; nothing of this holds"
    return FlipConflictError(msg, next_step="run it again")
