"""Step `publish`: serve again what the pointer says and a registry lost or changed.

Public repositories follow the pointer by the same step, at the end of every command that moves
it. It moves no slot and writes nothing to the ledger.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.inputs import ReleaseRecord, verified_release
from openmed.domain.release.product import fault_of
from openmed.domain.release.publishing.public_rules import require_clear, require_public_key
from openmed.domain.release.publishing.publication import (
    Publication,
    history_of,
    publication_of,
    withdrawals,
)
from openmed.domain.release.served import Unserved, unserved_row
from openmed.errors import FlipConflictError, OpenMedError, UsageError
from openmed.ports.publishing import (
    PageBytes,
    PageMaker,
    PublicRegistry,
    Receipt,
    Registries,
    public_registry,
)
from openmed.ports.releasing import ReleasedBytes, ReleaseStore, Verifiers

PagesOf = Callable[[ReleaseRecord], PageMaker]
"""What makes the files that lie beside a release in its public repository."""


class Published(NamedTuple):
    """What publishing came to.

    Attributes:
        whole: live releases whose bytes were served as they were released.
        again: live releases that were published again.
        unserved: live releases whose bytes are not served.
    """

    whole: tuple[LiveRelease, ...]
    again: tuple[LiveRelease, ...]
    unserved: tuple[Unserved, ...]


class PublishedSlot(NamedTuple):
    """One public repository that followed the pointer, or did not.

    Attributes:
        publication: what it must serve.
        receipt: what it serves; None when it does not.
        fault: why it does not; None when it does.
    """

    publication: Publication
    receipt: Receipt | None
    fault: StepFault | None


@dataclass(frozen=True)
class Publish:
    """Serves what the pointer says.

    Attributes:
        verifiers: gives whose signatures count, where one is to be checked.
        pages: files beside a release, in a public repository.
    """

    releases: ReleaseStore
    released: ReleasedBytes
    registry: Registries
    verifiers: Callable[[], Verifiers]
    pages: PagesOf

    def look(self, slot: str = "") -> tuple[Unserved, ...]:
        """Live releases whose bytes are not served from here; writes nothing."""
        state = self.releases.shown_state()
        rows = (self._unserved(state, live) for live in _meant(state, slot))
        return tuple(row for row in rows if row is not None)

    def publish(self, slot: str = "", *, is_asked: bool) -> Published:
        """Publish again: under the lock where trees are kept, without it where a branch moves.

        Args:
            slot: one slot; empty = all.
            is_asked: also what this machine never published; if not, only what was lost here or
                is staged here anyway.

        Raises:
            UsageError: the slot serves nothing.
            FlipConflictError: another process holds the lock.
        """
        whole: list[LiveRelease] = []
        again: list[LiveRelease] = []
        unserved: list[Unserved] = []
        with self.releases.lock():
            state = self.releases.state()
            rows = _meant(state, slot)
            for live in rows:
                if public_registry(self.registry, live.release) is not None:
                    continue
                row = self.released.unserved(live)
                if row is None:
                    whole.append(live)
                    continue
                left = self._serve(state, live, row, is_asked=is_asked)
                if left is None:
                    again.append(live)
                else:
                    unserved.append(left)
        by_slot = {live.release.slot: live for live in rows}
        for done in self.follow(slot, is_asked=is_asked):
            live_now = by_slot.get(done.publication.slot)
            if live_now is None:
                continue
            if done.receipt is None:
                reason = done.fault.message if done.fault else ""
                unserved.append(unserved_row(live_now, reason=reason, is_lost=True))
            else:
                (again if done.receipt.has_moved else whole).append(live_now)
        return Published(tuple(whole), tuple(again), tuple(unserved))

    def follow(self, slot: str = "", *, is_asked: bool = False) -> tuple[PublishedSlot, ...]:
        """Have the public repositories follow the pointer; what was read back here is not asked.

        No lock is held: a commit names its parent, so who comes late is refused, reads the state
        again and decides again.

        Args:
            slot: one slot; empty = all.
            is_asked: look also at those that this machine read back already.
        """
        state = self.releases.reached()
        slots = [live.release for live in _meant(state, slot)] if slot else _all(state)
        return tuple(
            done
            for release in slots
            if (done := self._followed(release, is_asked=is_asked)) is not None
        )

    def _followed(self, release: Promoted, *, is_asked: bool) -> PublishedSlot | None:
        public = public_registry(self.registry, release)
        if public is None:
            return None
        state = self.releases.reached()
        while True:
            wanted = _wanted(state, release.slot)
            if wanted is None or (public.is_noted(wanted) and not is_asked):
                return None
            try:
                return PublishedSlot(wanted, self._moved(public, state, wanted), None)
            except (OpenMedError, OSError) as error:
                fault = fault_of(error, step=f"publish:{release.slot}")
                is_late = isinstance(error, FlipConflictError)
            state = self.releases.reached()
            # Another command moved the slot meanwhile: what is wanted now decides.
            if not is_late or _wanted(state, release.slot) == wanted:
                return PublishedSlot(wanted, None, fault)

    def _moved(self, public: PublicRegistry, state: FleetState, wanted: Publication) -> Receipt:
        live = state.live_in(wanted.slot)
        last = live or state.last_served(wanted.slot)
        if last is None:
            raise UsageError(f"{wanted.slot} never served anything")
        pages: PageMaker = no_pages
        if live is not None:
            require_clear(state, live)
            record = self._verified(state, live)
            require_public_key(record)
            pages = self.pages(record)
            self.released.bring(live.release)
        history = history_of(state, last.release, accepted=public.accepted)
        return public.publish(wanted, history, pages=pages)

    def _verified(self, state: FleetState, live: LiveRelease) -> ReleaseRecord:
        evidence = self.releases.evidence
        verify = self.verifiers().recorded(evidence)
        return verified_release(live, state=state, evidence=evidence, verify=verify)

    def _unserved(self, state: FleetState, live: LiveRelease) -> Unserved | None:
        public = public_registry(self.registry, live.release)
        if public is None:
            return self.released.unserved(live)
        try:
            public.check(publication_of(state, live))
        except (OpenMedError, OSError) as error:
            reason = fault_of(error, step="publish").message
            return unserved_row(live, reason=reason, is_lost=True)
        return None

    def _serve(
        self, state: FleetState, live: LiveRelease, row: Unserved, *, is_asked: bool
    ) -> Unserved | None:
        """Publish one release again; what is still wrong."""
        fact = state.condemnation(live.release.artifact)
        if fact is not None:
            reason = f"{row.reason}; artifact {row.artifact[:16]} is condemned since {fact.tag}"
            return unserved_row(live, reason=reason, is_lost=row.is_lost)
        if not (is_asked or row.is_lost or self.released.is_staged(live.release)):
            return row
        try:
            self.released.serve(live.release, may_build=True)
        except (OpenMedError, OSError) as error:
            reason = fault_of(error, step="publish").message
            return unserved_row(live, reason=reason, is_lost=is_asked or row.is_lost)
        return None


def no_pages(_: str) -> tuple[PageBytes, ...]:
    """None: of a slot that serves nothing, or where nothing is published."""
    return ()


def _meant(state: FleetState, slot: str) -> tuple[LiveRelease, ...]:
    if not slot:
        return state.live
    live = state.live_in(slot)
    if live is None:
        raise UsageError(f"{slot} serves nothing", next_step="openmed release list")
    return (live,)


def _all(state: FleetState) -> Iterator[Promoted]:
    """What is live, and what was withdrawn, by slot."""
    yield from (live.release for live in state.live)
    yield from (last for last, _ in withdrawals(state))


def _wanted(state: FleetState, slot: str) -> Publication | None:
    live = state.live_in(slot)
    if live is not None:
        return publication_of(state, live)
    return next((row for _, row in withdrawals(state) if row.slot == slot), None)
