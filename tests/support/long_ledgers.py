"""Ledgers of any length, made by the engine: verdicts signed, entries in a chain, a pointer."""

import json
from pathlib import Path
from typing import Final

from support import builders
from support.places import ZERO, Place

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.changes import Change, Held, Promoted, Thawed
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.product import VerdictProduct
from openmed.domain.wire import dump

_ROUND: Final = ("release", "release", "freeze", "thaw")
_DAY: Final = 500


def slot_name(number: int) -> str:
    """One of many slots, in families of ten."""
    return f"family{number // 10:03}::tiny::onnx::line{number % 10}"


def write_long_ledger(root: Path, *, entries: int, slots: int) -> Place:
    """A repository whose ledger has so many entries; the first releases every slot.

    Evidence is written, bytes are not: nothing here can be rolled back to.
    """
    root.mkdir(parents=True, exist_ok=True)
    place = Place(root)
    chain = _chain(place, entries, slots)
    place.releases.advance(chain)
    _write_queue(place, slots)
    return place


def _write_queue(place: Place, slots: int) -> None:
    """A row a slot, and what `compare` left of its newest candidate: one in 40 was rejected."""
    rows = (_row(builders.a_candidate(slot=slot_name(number))) for number in range(slots))
    (place.root / "gates" / "candidates.toml").write_text("\n".join(rows))
    for number in range(slots):
        row = builders.a_candidate(slot=slot_name(number))
        covered = {"SSN": 0} if number % 40 == 0 else None
        verdict = builders.a_verdict(candidate=row, content=_content(number, 1), covered=covered)
        made = VerdictProduct(verdict=verdict, envelope=None)
        place.products.write(row.slot, "verdict", ZERO, made)


def _row(candidate: Candidate) -> str:
    content = candidate.model_dump(exclude_defaults=True)
    lines = (f"{key} = {_toml(value)}" for key, value in content.items())
    return "\n".join(("[[candidate]]", *lines, ""))


def _toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def _chain(place: Place, entries: int, slots: int) -> tuple[Entry, ...]:
    first = tuple(
        change
        for number in range(slots)
        for change in _release(place, number, generation=1, before=None)
    )
    chain = [_entry(None, first, number=1)]
    live = {number: (1, _artifact(number, 1)) for number in range(slots)}
    while len(chain) < entries:
        count = len(chain)
        number = (count // len(_ROUND)) % slots
        changes: tuple[Change, ...]
        match _ROUND[count % len(_ROUND)]:
            case "release":
                generation, artifact = live[number]
                changes = _release(place, number, generation=generation + 1, before=artifact)
                live[number] = (generation + 1, _artifact(number, generation + 1))
            case "freeze":
                changes = (Held(slot=slot_name(number), reason="asked for"),)
            case _:
                changes = (Thawed(slot=slot_name(number), reason="asked for"),)
        chain.append(_entry(chain[-1], changes, number=count + 1))
    return tuple(chain)


def _content(number: int, generation: int) -> bytes:
    return f"slot {number} generation {generation}".encode()


def _artifact(number: int, generation: int) -> str:
    return builders.artifact_of(_content(number, generation))


def _release(
    place: Place, number: int, *, generation: int, before: str | None
) -> tuple[Promoted, ...]:
    """The change that a flip of one candidate makes, and its evidence in the store."""
    content, row = _content(number, generation), builders.a_candidate(slot=slot_name(number))
    verdict = builders.a_verdict(candidate=row, content=content)
    envelope = place.signed(verdict)
    signed = place.verifiers.verify(envelope)
    proposal = builders.a_proposal(
        signed.verdict, candidate=row, keyid=signed.keyid, envelope=envelope
    )
    plan = plan_flip(fold(()), (proposal,), now=place.now)
    assert plan.entry is not None
    staged = builders.a_staged(row, content=content)
    policy = builders.a_policy().content
    evidence = (envelope, policy, dump(builders.a_report(staged)))
    for data in (*evidence, dump(builders.a_performance(staged))):
        path = place.root / "gates" / "evidence" / f"{sha256_hex(data)}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (change,) = plan.entry.changes
    assert isinstance(change, Promoted)
    fields = dict(change)
    fields |= {
        "generation": generation,
        "previous_generation": generation - 1,
        "previous_artifact": before,
    }
    return (Promoted(**fields),)


def _entry(parent: Entry | None, changes: tuple[Change, ...], *, number: int) -> Entry:
    is_new = any(isinstance(change, Promoted) and change.policy_file for change in changes)
    day, count = divmod(number, _DAY)
    return Entry(
        schema_="openmed.entry/2" if is_new else "openmed.entry/1",
        sequence=number,
        parent=parent.digest if parent else None,
        tag=f"2026.{day // 28 + 1:02}.{day % 28 + 1:02}-{count + 1}",
        time=builders.NOW,
        changes=changes,
    )
