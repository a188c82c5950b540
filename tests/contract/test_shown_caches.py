"""Caches of what is only shown: whatever is in them, the same is shown."""

import json
import os
import random
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.places import Place

from openmed.adapters.disk.checked_table import read_table, write_table
from openmed.adapters.inputs.toml_tables import TomlTables
from openmed.adapters.shown.kept_tables import LEAST, KeptTables
from openmed.adapters.shown.shown_decisions import ShownDecisions
from openmed.app.status import FleetSlot, Trouble, read_fleet
from openmed.domain.digest import sha256_hex
from openmed.domain.gates.verdict import Decision
from openmed.errors import UsageError

QUEUE: Final = "gates/candidates.toml"
SLOTS: Final = tuple(f"pii::tiny::line{number}" for number in range(4))
EARLIER: Final = 10_000_000_000
"""Nanoseconds: nothing that is older was just written."""


ROW: Final = """
[[candidate]]
slot = "pii::tiny::onnx"
repo_id = "openmed/tiny"
title = "Tiny"
source = "file:models/tiny"
labels = ["SSN"]
languages = ["en"]
licence = "apache-2.0"
max_bytes = 1000
"""


def _sealed(body: bytes) -> bytes:
    return f"{sha256_hex(body)}\n".encode() + body


Damage = Callable[[bytes], bytes | None]
DAMAGE: Final[dict[str, Damage]] = {
    "deleted": lambda _: None,
    "empty": lambda _: b"",
    "torn": lambda data: data[: len(data) // 2],
    "random": lambda data: random.Random(7).randbytes(len(data)),
    "one bit": lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
    "longer": lambda data: data + b" ",
    "no table": lambda _: _sealed(b"[]"),
    "deep": lambda _: _sealed(b"[" * 100_000),
    "other types": lambda data: _sealed(
        json.dumps(dict.fromkeys(json.loads(data.partition(b"\n")[2]), 7)).encode()
    ),
    "empty rows": lambda data: _sealed(
        json.dumps({key: [] for key in json.loads(data.partition(b"\n")[2])}).encode()
    ),
}


def _damage(file: Path, name: str) -> None:
    content = DAMAGE[name](file.read_bytes())
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)


@pytest.fixture
def products(tmp_path: Path) -> dict[str, Path]:
    """A verdict product of each decision, older than any doubt."""
    found = {}
    for slot, decision in zip(SLOTS, Decision, strict=True):
        path = found[slot] = tmp_path / slot.replace("::", "--") / "verdict.json"
        path.parent.mkdir()
        _decide(path, decision)
    return found


def _decide(path: Path, decision: Decision) -> None:
    path.write_text(json.dumps({"content": {"verdict": {"decision": decision}}}), encoding="utf-8")


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_damaged_decisions_are_read_again(
    name: str, products: dict[str, Path], tmp_path: Path
) -> None:
    """And kept again."""
    file = tmp_path / "decisions.json"
    told = ShownDecisions(file).of(products)
    assert told == dict(zip(SLOTS, Decision, strict=True))
    kept = set(read_table(file))
    _damage(file, name)
    assert told == ShownDecisions(file).of(products)
    assert kept == set(read_table(file)) == set(SLOTS)


def test_a_decision_is_kept_only_of_the_file_it_was_read_from(
    products: dict[str, Path], tmp_path: Path
) -> None:
    """One cache of an earlier day, and one of another repository, whose checksums fit."""
    file = tmp_path / "decisions.json"
    shown = ShownDecisions(file)
    shown.of(products)
    older = file.read_bytes()
    slot, path = next(iter(products.items()))
    before = path.stat()
    _decide(path, Decision.QUARANTINED)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    file.write_bytes(older)
    assert Decision.QUARANTINED == shown.of(products)[slot]
    foreign = {one: ["RELEASABLE", 1, 2, 3, 4, 5] for one in SLOTS}
    write_table(file, foreign)
    assert Decision.QUARANTINED == shown.of(products)[slot]
    path.unlink()
    assert shown.of(products)[slot] == ""


def test_a_word_that_is_no_decision_is_not_believed(
    products: dict[str, Path], tmp_path: Path
) -> None:
    """Though everything else of the note is right."""
    file = tmp_path / "decisions.json"
    rows = {}
    for slot, path in products.items():
        facts = path.stat()
        stat = (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)
        rows[slot] = ["FINE", *stat, facts.st_ctime_ns + EARLIER]
    write_table(file, rows)
    assert dict(zip(SLOTS, Decision, strict=True)) == ShownDecisions(file).of(products)


def test_decisions_that_cannot_be_kept_are_shown(products: dict[str, Path], tmp_path: Path) -> None:
    """A folder stands where the cache would be."""
    (tmp_path / "decisions.json").mkdir()
    told = ShownDecisions(tmp_path / "decisions.json").of(products)
    assert dict(zip(SLOTS, Decision, strict=True)) == told


def test_no_slot_leaves_what_is_kept(products: dict[str, Path], tmp_path: Path) -> None:
    """An earlier state is shown without candidates."""
    file = tmp_path / "decisions.json"
    ShownDecisions(file).of(products)
    before = file.read_bytes()
    assert ShownDecisions(file).of({}) == {}
    assert before == file.read_bytes()


def _root(folder: Path, text: str) -> TomlTables:
    path = folder / QUEUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return TomlTables(folder, kept=KeptTables(folder / "tables.json", least=0))


def _said(tables: TomlTables) -> Any:  # noqa: ANN401 - whatever a table says
    return tables.read(QUEUE, UsageError).content


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_damaged_tables_are_parsed_again(name: str, tmp_path: Path) -> None:
    """And kept again."""
    text = '[[candidate]]\nslot = "a"\nlabels = ["x", "ä"]\nmax = 1_000\nrate = 0.1\n'
    told = _said(_root(tmp_path, text))
    assert tomllib.loads(text) == told
    _damage(tmp_path / "tables.json", name)
    assert told == _said(_root(tmp_path, text))
    assert [*read_table(tmp_path / "tables.json")] == [QUEUE]


_VALUES: Final = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text('aZ "\\\n\x00\x7fäß\u2028\u202e😀', max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


def _toml(value: Any) -> str:  # noqa: ANN401 - any value of a file
    match value:
        case bool():
            return str(value).lower()
        case float():
            return repr(value)
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case str():
            return '"' + "".join(f"\\U{ord(one):08X}" for one in value) + '"'
        case _:
            return str(value)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(tables=st.lists(st.dictionaries(st.text("abc", min_size=1, max_size=3), _VALUES)))
def test_a_kept_table_says_what_the_file_says(
    tables: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Types and order too, for the file of now and no earlier one."""
    folder = tmp_path_factory.mktemp("toml")
    for table in tables:
        text = "".join(f"{key} = {_toml(value)}\n" for key, value in table.items())
        wanted = tomllib.loads(text)
        for _ in range(2):
            assert repr(_said(_root(folder, text))) == repr(wanted)


@pytest.mark.parametrize("value", ["2026-11-29", "12:00:00", "nan", "inf"])
def test_what_json_has_no_form_for_is_parsed_each_time(value: str, tmp_path: Path) -> None:
    """A date stays a date."""
    for _ in range(2):
        said = _said(_root(tmp_path, f"when = {value}\n"))
        assert repr(tomllib.loads(f"when = {value}")) == repr(said)
    assert not (tmp_path / "tables.json").exists()


def test_tables_of_another_engine_are_parsed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose parser may have read them otherwise."""
    text = "a = 1\n"
    _said(_root(tmp_path, text))
    row: Any = read_table(tmp_path / "tables.json")[QUEUE]
    write_table(tmp_path / "tables.json", {QUEUE: [row[0], {"a": 2}]})
    assert _said(_root(tmp_path, text)) == {"a": 2}, "the kept one is used"
    monkeypatch.setattr("openmed.adapters.shown.kept_tables._PARSER", b"9.9.9")
    assert _said(_root(tmp_path, text)) == {"a": 1}


def test_who_decides_parses_the_file(place: Place) -> None:
    """A cache that lies with a right checksum is shown, and nothing is released by it."""
    queue = place.root / QUEUE
    queue.write_text(f"{ROW}# {'-' * LEAST}\n", encoding="utf-8")
    wanted = place.world.inputs.queue()
    assert wanted == place.world.shown_inputs.queue()
    file = place.root / "artifacts/standing/tables.json"
    row: Any = read_table(file)[QUEUE]
    row[1]["candidate"][0]["repo_id"] = "somebody/else"
    write_table(file, {QUEUE: row})
    world = Place(place.root).world
    assert wanted != world.shown_inputs.queue()
    assert wanted == world.inputs.queue() == world.fresh_inputs().queue()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """One live slot whose newest candidate was judged."""
    place = Place(tmp_path / "r")
    place.release(b"good")
    verdict = place.verdict(b"better")
    place.offer(verdict, place.signed(verdict), content=b"better")
    return place


def _fleet(place: Place) -> tuple[FleetSlot, ...]:
    world = Place(place.root).world
    return read_fleet(world, world.releases.shown_state(), queue=place.inputs().queue())


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_the_fleet_is_shown_the_same(name: str, place: Place) -> None:
    """With the caches of a whole repository damaged."""
    verdict = place.products.path(place.inputs().queue()[0].slot, "verdict")
    verdict.write_bytes(verdict.read_bytes().replace(b'"RELEASABLE"', b'"QUARANTINED"'))
    told = _fleet(place)
    assert told[0].troubles == (Trouble.QUARANTINED,)
    for file in (place.root / "artifacts/standing").glob("*.json"):
        _damage(file, name)
    assert told == _fleet(place)


def test_the_clock_of_a_note_is_no_proof(products: dict[str, Path], tmp_path: Path) -> None:
    """A file that was edited right after it was read is read again."""
    file = tmp_path / "decisions.json"
    slot, path = next(iter(products.items()))
    shown = ShownDecisions(file)
    for _ in range(3):
        for decision in Decision:
            _decide(path, decision)
            assert decision == shown.of(products)[slot], datetime.now(UTC)
