"""Adding up entries: what each change does to the fleet, and which changes cannot follow."""

from openmed.domain.ledger.changes import (
    Adopted,
    Change,
    Cleared,
    Collected,
    Condemned,
    Held,
    KeyClosed,
    Lifted,
    PolicyWeakened,
    Promoted,
    Quarantined,
    Reconciled,
    Revoked,
    RolledBack,
    Thawed,
    Withdrawn,
)
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet_facts import (
    AdoptedBaseline,
    Collection,
    CondemnedFact,
    FreezeFact,
    KeyClosure,
    LiftFact,
    LiveRelease,
    QuarantineFact,
    WeakenedFact,
)
from openmed.errors import IntegrityError


def live_release(change: Promoted | RolledBack, entry: Entry, *, release: Promoted) -> LiveRelease:
    """What a slot serves from an entry on.

    Args:
        change: what the entry says of the slot.
        entry: the entry.
        release: what is served: the change itself, or the release that is restored.
    """
    return LiveRelease(
        tag=entry.tag,
        time=entry.time,
        generation=change.generation,
        kind="rollback" if isinstance(change, RolledBack) else "release",
        release=release,
        previous_generation=change.previous_generation,
        previous_artifact=change.previous_artifact,
        reason=change.reason if isinstance(change, RolledBack) else "",
    )


class Sums:
    """The sums while entries are added up.

    Attributes:
        history: every generation that served something, by slot and number.
        live: live releases, by slot.
        counts: newest generation, by slot.
        quarantines: condemned artifacts.
        lifts: lifted quarantines that wait for a new verdict.
        freezes: frozen slots.
        spent: verdicts and waivers that were used.
        closures: closed keys.
        collections: released artifacts whose bytes were collected.
        condemned: releases that failed gates while they were live, by slot and artifact.
        absorbed: entries of other heads that were taken in.
        absorbed_tags: their tags.
        weakened: releases under a weaker policy than those before them.
        adopted: what first releases are compared with, by slot.
    """

    def __init__(self) -> None:
        """Nothing happened yet."""
        self.history: dict[tuple[str, int], LiveRelease] = {}
        self.live: dict[str, LiveRelease] = {}
        self.counts: dict[str, int] = {}
        self.quarantines: list[QuarantineFact] = []
        self.lifts: list[LiftFact] = []
        self.freezes: dict[str, FreezeFact] = {}
        self.spent: set[str] = set()
        self.closures: dict[str, KeyClosure] = {}
        self.collections: list[Collection] = []
        self.condemned: dict[tuple[str, str], CondemnedFact] = {}
        self.absorbed: set[str] = set()
        self.absorbed_tags: set[str] = set()
        self.weakened: list[WeakenedFact] = []
        self.adopted: dict[str, AdoptedBaseline] = {}

    def add(self, entry: Entry) -> None:
        """Add one entry.

        Raises:
            IntegrityError: it does not follow from those before it.
        """
        for change in entry.changes:
            self._add(change, entry)
            if isinstance(change, (Promoted, Quarantined)):
                self._spend(change.verdict, entry)
                self.lifts = [row for row in self.lifts if row.fact.artifact != change.artifact]

    def _add(self, change: Change, entry: Entry) -> None:
        match change:
            case Promoted() | RolledBack() | Withdrawn():
                self._flip(change, entry)
            case Quarantined() | Revoked():
                row = QuarantineFact(tag=entry.tag, time=entry.time, fact=change)
                self.quarantines.append(row)
            case Condemned() | Cleared():
                self._judge_live(change, entry)
            case PolicyWeakened() | Adopted():
                self._measure(change, entry)
            case Lifted():
                self._lift(change, entry)
            case Held() | Thawed():
                self._hold(change, entry)
            case KeyClosed() | Collected() | Reconciled():
                self._look_after(change, entry)

    def _look_after(self, change: KeyClosed | Collected | Reconciled, entry: Entry) -> None:
        match change:
            case KeyClosed():
                self._close(change, entry)
            case Collected():
                self.collections.append(Collection(tag=entry.tag, fact=change))
            case Reconciled():
                self.absorbed.update(change.entries)
                self.absorbed_tags.update(change.tags)

    def _judge_live(self, change: Condemned | Cleared, entry: Entry) -> None:
        self._spend(change.verdict, entry)
        live = self.live.get(change.slot)
        if live is None or (live.generation, live.release.artifact) != (
            change.generation,
            change.artifact,
        ):
            msg = f"ledger entry {entry.tag} judges what is not live in {change.slot}"
            raise IntegrityError(msg)
        key = (change.slot, change.artifact)
        if isinstance(change, Condemned):
            self.condemned[key] = CondemnedFact(tag=entry.tag, time=entry.time, fact=change)
        else:
            self.condemned.pop(key, None)

    def _measure(self, change: PolicyWeakened | Adopted, entry: Entry) -> None:
        match change:
            case PolicyWeakened():
                self._weaken(change, entry)
            case Adopted():
                self._adopt(change, entry)

    def _adopt(self, change: Adopted, entry: Entry) -> None:
        if change.slot in self.adopted or change.slot in self.counts:
            msg = f"ledger entry {entry.tag} adopts for {change.slot}, which has what it follows"
            raise IntegrityError(msg)
        self._spend(change.verdict, entry)
        self.adopted[change.slot] = AdoptedBaseline(tag=entry.tag, time=entry.time, release=change)

    def _weaken(self, change: PolicyWeakened, entry: Entry) -> None:
        live = self.live.get(change.slot)
        if live is None or live.generation != change.generation:
            msg = f"ledger entry {entry.tag} is about a policy of what is not live in {change.slot}"
            raise IntegrityError(msg)
        if change.statement is not None:
            self._spend(change.statement, entry)
        self.weakened.append(WeakenedFact(tag=entry.tag, time=entry.time, fact=change))

    def _hold(self, change: Held | Thawed, entry: Entry) -> None:
        if isinstance(change, Thawed):
            self.freezes.pop(change.slot, None)
        else:
            self.freezes[change.slot] = FreezeFact(
                slot=change.slot, tag=entry.tag, reason=change.reason, until=change.until
            )

    def _spend(self, evidence: str, entry: Entry) -> None:
        if evidence in self.spent:
            msg = f"ledger entry {entry.tag} uses evidence {evidence[:16]} again"
            raise IntegrityError(msg)
        self.spent.add(evidence)

    def _lift(self, change: Lifted, entry: Entry) -> None:
        wanted = (change.slot, change.artifact, change.tag)
        rows = [*self.quarantines, *(lift.row for lift in self.lifts)]
        named = [row for row in rows if (row.fact.slot, row.fact.artifact, row.tag) == wanted]
        if not named or isinstance(named[0].fact, Revoked):
            what = f"artifact {change.artifact[:16]}, which no gate quarantined"
            msg = f"ledger entry {entry.tag} lifts {what}"
            raise IntegrityError(msg)
        self._spend(change.waiver, entry)
        self.quarantines = [row for row in self.quarantines if row != named[0]]
        self.lifts = [lift for lift in self.lifts if lift.row != named[0]]
        self.lifts.append(LiftFact(tag=entry.tag, fact=change, row=named[0]))

    def _close(self, change: KeyClosed, entry: Entry) -> None:
        if change.keyid in self.closures:
            msg = f"ledger entry {entry.tag} closes key {change.keyid[:16]} a second time"
            raise IntegrityError(msg)
        self.closures[change.keyid] = KeyClosure(
            keyid=change.keyid,
            verifier=change.verifier,
            tag=entry.tag,
            size=entry.sequence - 1,
            is_lost=change.is_lost,
            spent=frozenset(self.spent),
        )

    def _flip(self, change: Promoted | RolledBack | Withdrawn, entry: Entry) -> None:
        match change:
            case Promoted():
                self.condemned.pop((change.slot, change.artifact), None)
                self._serve(change, entry, release=change)
            case RolledBack():
                self._serve(change, entry, release=self._restored(change))
            case Withdrawn():
                self._count(change)
                del self.live[change.slot]

    def _serve(self, change: Promoted | RolledBack, entry: Entry, *, release: Promoted) -> None:
        self._count(change)
        # Whatever is served again is here again.
        self.collections = [c for c in self.collections if c.fact.artifact != change.artifact]
        live = live_release(change, entry, release=release)
        self.live[change.slot] = live
        self.history[change.slot, change.generation] = live

    def _count(self, change: Promoted | RolledBack | Withdrawn) -> None:
        generation = self.counts.get(change.slot, 0)
        before = self.live.get(change.slot)
        artifact = before.release.artifact if before else None
        if (
            change.generation != generation + 1
            or change.previous_generation != generation
            or change.previous_artifact != artifact
        ):
            msg = (
                f"ledger: generation {change.generation} of {change.slot} does not follow "
                f"{generation}"
            )
            raise IntegrityError(msg)
        self.counts[change.slot] = change.generation

    def _restored(self, change: RolledBack) -> Promoted:
        row = self.history.get((change.slot, change.restored))
        if row is None or row.release.artifact != change.artifact:
            msg = (
                f"ledger: generation {change.generation} of {change.slot} restores generation "
                f"{change.restored}, which did not serve {change.artifact[:16]}"
            )
            raise IntegrityError(msg)
        return row.release
