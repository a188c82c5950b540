"""What entries add up to, as places in them; a state that reads an entry when it is asked for.

A row of the fleet is a change of an entry. An index says which change of which entry, so a state
built from it holds values of entries only, read and checked by whoever gives them. Long lists are
kept as places; short ones are kept whole. An index that fits no entry is as good as none: the
entries are added up again.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple, Never, TypeVar, cast

from openmed.domain.frozen import Frozen
from openmed.domain.ledger.changes import (
    Adopted,
    Change,
    Promoted,
    Quarantined,
    Revoked,
    RolledBack,
)
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import EntryMark, FleetState, fold
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
from openmed.domain.ledger.folding import live_release

Row = TypeVar("Row")
EntryReader = Callable[[str], Entry]
"""The entry of a digest, read and checked; an `IntegrityError` when it is not whole."""

SCHEMA: Final = "openmed.fold_index/2"
_UNFIT: Final = (LookupError, TypeError, ValueError, RecursionError)
"""What an index that does not fit its entries leads to."""


class ReleasePlace(NamedTuple):
    """Where one generation of a slot is recorded.

    Attributes:
        slot: its slot.
        generation: its number.
        entry: which entry made it live; 0 = the first.
        change: which change of it.
    """

    slot: str
    generation: int
    entry: int
    change: int


class QuarantinePlace(NamedTuple):
    """Where a condemned artifact is recorded: artifact, entry, change."""

    artifact: str
    entry: int
    change: int


class AdoptionPlace(NamedTuple):
    """Where what a slot adopted is recorded: slot, entry, change."""

    slot: str
    entry: int
    change: int


class ShortLists(Frozen):
    """What is kept whole, as in `FleetState`."""

    lifts: tuple[LiftFact, ...]
    freezes: tuple[FreezeFact, ...]
    spent: frozenset[str]
    closures: tuple[KeyClosure, ...]
    collections: tuple[Collection, ...]
    condemned: tuple[CondemnedFact, ...]
    absorbed: frozenset[str]
    absorbed_tags: frozenset[str]
    weakened: tuple[WeakenedFact, ...]


class FoldIndex(NamedTuple):
    """What entries add up to.

    Attributes:
        marks: every entry, oldest first.
        live: slots that serve something, each with its generation, by slot.
        counts: newest generation of every slot, by slot.
        history: every generation that served something, oldest first.
        quarantines: condemned artifacts, oldest first.
        adopted: what slots adopted, by slot.
        rest: the short lists, as JSON of `ShortLists`; not read before they are asked for.
    """

    marks: tuple[EntryMark, ...]
    live: tuple[tuple[str, int], ...]
    counts: tuple[tuple[str, int], ...]
    history: tuple[ReleasePlace, ...]
    quarantines: tuple[QuarantinePlace, ...]
    adopted: tuple[AdoptionPlace, ...]
    rest: str


def index_of(state: FleetState) -> FoldIndex | None:
    """The index of a state; None where two entries have one tag: rows name theirs by tag."""
    places = {entry.tag: number for number, entry in enumerate(state.entries)}
    if len(places) != len(state.entries):
        return None
    changes = {
        (number, key): place
        for number, entry in enumerate(state.entries)
        for place, change in reversed(tuple(enumerate(entry.changes)))
        for key in _keys(change)
    }
    short = ShortLists(**{name: getattr(state, name) for name in ShortLists.model_fields})
    return FoldIndex(
        marks=state.marks,
        live=tuple((row.release.slot, row.generation) for row in state.live),
        counts=state.counts,
        history=tuple(
            ReleasePlace(slot, number, places[row.tag], changes[places[row.tag], (slot, number)])
            for row in state.history
            for slot, number in ((row.release.slot, row.generation),)
        ),
        quarantines=tuple(
            QuarantinePlace(row.fact.artifact, places[row.tag], changes[places[row.tag], row.fact])
            for row in state.quarantines
        ),
        adopted=tuple(
            AdoptionPlace(slot, places[row.tag], changes[places[row.tag], row.release])
            for row in state.adopted
            for slot in (row.release.slot,)
        ),
        rest=short.model_dump_json(),
    )


def _keys(change: Change) -> Iterator[object]:
    match change:
        case Promoted() | RolledBack():
            yield (change.slot, change.generation)
        case Quarantined() | Revoked() | Adopted():
            yield change
        case _:
            pass


def index_bytes(index: FoldIndex) -> bytes:
    """An index as JSON."""
    return json.dumps({"schema": SCHEMA, **index._asdict()}, separators=(",", ":")).encode()


def read_index(data: bytes) -> FoldIndex | None:
    """An index from its bytes; None when they are not one."""
    try:
        content = json.loads(data)
        if content.pop("schema") != SCHEMA:
            return None
        return FoldIndex(
            marks=tuple(EntryMark(*row) for row in content["marks"]),
            live=tuple((slot, number) for slot, number in content["live"]),
            counts=tuple((slot, number) for slot, number in content["counts"]),
            history=tuple(ReleasePlace(*row) for row in content["history"]),
            quarantines=tuple(QuarantinePlace(*row) for row in content["quarantines"]),
            adopted=tuple(AdoptionPlace(*row) for row in content["adopted"]),
            rest=str(content["rest"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


class IndexedState(FleetState):
    """A fleet whose entries are read when they are asked for.

    It answers as `fold` of its entries does, as far as its index is right: enough to show what
    is, not to decide what becomes live.
    """

    @classmethod
    def of(cls, index: FoldIndex, read: EntryReader) -> "IndexedState":
        """The state of an index.

        Args:
            index: what the entries add up to.
            read: gives each entry.
        """
        nothing: dict[str, Never] = {}
        state = cls.model_construct(**nothing)
        state.__dict__.clear()
        state.__dict__.update(_places=_Places(index, read), counts=index.counts)
        return state

    def __getattr__(self, name: str) -> object:
        """A list of the fleet, made the first time it is asked for."""
        if name not in FleetState.model_fields:
            raise AttributeError(name)
        value: object = self._places_of_rows.value(name)
        self.__dict__[name] = value
        return value

    @property
    def _places_of_rows(self) -> "_Places":
        return cast("_Places", self.__dict__["_places"])

    @cached_property
    def marks(self) -> tuple[EntryMark, ...]:
        """Every entry by name, oldest first."""
        return self._places_of_rows.index.marks

    def newest_entries(self) -> Iterator[Entry]:
        """Every entry, newest first; none is read before it is reached."""
        return self._places_of_rows.newest_entries()

    @cached_property
    def _live_by_slot(self) -> Mapping[str, LiveRelease]:
        return self._places_of_rows.live_by_slot

    @cached_property
    def _history_by_slot(self) -> Mapping[str, list[LiveRelease]]:
        return self._places_of_rows.history_by_slot

    @cached_property
    def _condemnation_by_artifact(self) -> Mapping[str, QuarantineFact]:
        return self._places_of_rows.condemnation_by_artifact


class _Places:
    """Makes the rows of an index."""

    def __init__(self, index: FoldIndex, read: EntryReader) -> None:
        self.index = index
        self._read = read
        self._entries: dict[int, Entry] = {}
        self._made: dict[tuple[str, int], LiveRelease] = {}

    def value(self, name: str) -> object:
        """One list of the fleet; of the entries themselves where the index does not fit them."""
        try:
            return self._value(name)
        except _UNFIT:
            return getattr(self._whole, name)

    def _value(self, name: str) -> object:
        match name:
            case "entries":
                return tuple(map(self._entry, range(len(self.index.marks))))
            case "live":
                return tuple(self._release(*row) for row in self.index.live)
            case "counts":
                return self.index.counts
            case "history":
                return tuple(self._release(*row[:2]) for row in self.index.history)
            case "quarantines" | "adopted":
                return self._facts(name)
            case _:
                return getattr(self._short, name)

    def _facts(self, name: str) -> object:
        if name == "adopted":
            return tuple(map(self._adopted, self.index.adopted))
        return tuple(map(self._quarantine, self.index.quarantines))

    @cached_property
    def live_by_slot(self) -> Mapping[str, LiveRelease]:
        """What each slot serves."""
        rows = dict(self.index.live)
        return _MadeRows(
            rows,
            lambda slot: self._release(slot, rows[slot]),
            otherwise=self._whole_live,
        )

    @cached_property
    def history_by_slot(self) -> Mapping[str, list[LiveRelease]]:
        """The generations of each slot, oldest first."""
        rows: dict[str, list[int]] = {}
        for place in self.index.history:
            rows.setdefault(place.slot, []).append(place.generation)
        return _MadeRows(
            rows,
            lambda slot: [self._release(slot, number) for number in rows[slot]],
            otherwise=lambda slot: [row for row in self._whole.history if row.release.slot == slot],
        )

    @cached_property
    def condemnation_by_artifact(self) -> Mapping[str, QuarantineFact]:
        """The oldest condemnation of each artifact."""
        rows = {place.artifact: place for place in reversed(self.index.quarantines)}
        return _MadeRows(
            rows,
            lambda artifact: self._quarantine(rows[artifact]),
            otherwise=self._whole_condemnation,
        )

    @cached_property
    def _whole(self) -> FleetState:
        return fold(tuple(self._read(mark.digest) for mark in self.index.marks))

    def _whole_live(self, slot: str) -> LiveRelease | None:
        return self._whole.live_in(slot)

    def _whole_condemnation(self, artifact: str) -> QuarantineFact | None:
        return self._whole.condemnation(artifact)

    @cached_property
    def _short(self) -> ShortLists:
        return ShortLists.model_validate_json(self.index.rest)

    @cached_property
    def _releases(self) -> Mapping[tuple[str, int], ReleasePlace]:
        return {place[:2]: place for place in self.index.history}

    def newest_entries(self) -> Iterator[Entry]:
        """Every entry, read as it is reached."""
        return map(self._entry, reversed(range(len(self.index.marks))))

    def _entry(self, number: int) -> Entry:
        if number not in self._entries:
            self._entries[number] = self._read(self.index.marks[number].digest)
        return self._entries[number]

    def _release(self, slot: str, generation: int) -> LiveRelease:
        key = (slot, generation)
        if key not in self._made:
            self._made[key] = self._make(self._releases[key])
        return self._made[key]

    def _make(self, place: ReleasePlace) -> LiveRelease:
        entry = self._entry(place.entry)
        change = entry.changes[place.change]
        if (change.slot, getattr(change, "generation", 0)) != place[:2]:
            raise LookupError(place.slot)
        match change:
            case Promoted():
                return live_release(change, entry, release=change)
            case RolledBack() if change.restored < place.generation:
                restored = self._release(place.slot, change.restored)
                return live_release(change, entry, release=restored.release)
            case _:
                raise LookupError(place.slot)

    def _adopted(self, place: AdoptionPlace) -> AdoptedBaseline:
        entry = self._entry(place.entry)
        change = entry.changes[place.change]
        if not isinstance(change, Adopted) or change.slot != place.slot:
            raise LookupError(place.slot)
        return AdoptedBaseline(tag=entry.tag, time=entry.time, release=change)

    def _quarantine(self, place: QuarantinePlace) -> QuarantineFact:
        entry = self._entry(place.entry)
        fact = entry.changes[place.change]
        if not isinstance(fact, (Quarantined, Revoked)) or fact.artifact != place.artifact:
            raise LookupError(place.artifact)
        return QuarantineFact(tag=entry.tag, time=entry.time, fact=fact)


class _MadeRows(Mapping[str, Row]):
    """Rows by name, each made when it is asked for."""

    def __init__(
        self,
        names: Mapping[str, object],
        make: Callable[[str], Row],
        *,
        otherwise: Callable[[str], Row | None],
    ) -> None:
        self._names = names
        self._make = make
        self._otherwise = otherwise

    def __getitem__(self, name: str) -> Row:
        if name not in self._names:
            raise KeyError(name)
        try:
            return self._make(name)
        except _UNFIT:
            found = self._otherwise(name)
            if found is None:
                raise KeyError(name) from None
            return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
