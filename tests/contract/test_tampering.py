"""Whoever edits what is recorded is found: by name, with exit code 7, before anything moves."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import builders
from support.places import BACK, LEAKS, SLOT, Place

from openmed.cli.release.maintenance import verify
from openmed.domain.attestation.verifier import Role
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import dump, pretty
from openmed.errors import IntegrityError
from openmed.exit_codes import ExitCode

PLACES_IN_A_FILE = 12


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases, a quarantine that was waived, one that stands; everything derived."""
    place = Place(tmp_path_factory.mktemp("tampering") / "place")
    place.release(b"first")
    place.release(b"second")
    for bad in (b"waived", b"bad"):
        place.release(bad, covered=LEAKS)
    alice = place.person("alice", Role.WAIVE)
    place.lift.waive(
        alice,
        builders.artifact_of(b"waived"),
        reason="gold was wrong",
        expires="2027-01-01T23:59:59Z",
        is_recording=True,
    )
    place.regenerate()
    return place.root


@pytest.fixture
def place(_made: Path, tmp_path: Path) -> Place:
    """A copy of it that is this test's own."""
    shutil.copytree(_made, tmp_path / "place")
    return Place(tmp_path / "place")


def _said(place: Place) -> tuple[int, str]:
    """Exit code and answer of `openmed release verify`."""
    done = CliRunner().invoke(verify, ["--root", str(place.root)])
    return done.exit_code, done.stdout


def test_it_is_whole_before_anyone_touches_it(place: Place) -> None:
    """Or the tests below prove nothing."""
    assert _said(place)[0] == 0, _said(place)[1]


def _flips(path: Path) -> Iterator[bytes]:
    """The file with one bit flipped, at its first byte, its last, and some between."""
    data = path.read_bytes()
    step = max(1, (len(data) - 1) // PLACES_IN_A_FILE)
    for at in sorted({*range(0, len(data), step), len(data) - 1}):
        yield data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


KINDS = ("pointer.json", "baseline.json", "ledger", "evidence", "quarantine", "waivers", "keys")


@pytest.mark.parametrize("kind", KINDS)
def test_one_flipped_bit_is_found(kind: str, place: Place) -> None:
    """In each file that is recorded, wherever in the file; it is named in one line."""
    gates = place.root / "gates"
    files = [p for p in ((gates / kind), *sorted((gates / kind).rglob("*"))) if p.is_file()]
    assert files
    missed = []
    for path in files:
        whole = path.read_bytes()
        # Either the file itself, or the verdicts that no longer are signed by a listed key.
        names = (path.stem[:16], path.name, "not signed by any listed key")
        for flipped in _flips(path):
            path.write_bytes(flipped)
            code, said = _said(place)
            if code != ExitCode.INTEGRITY or not any(name in said for name in names):
                missed.append((path.relative_to(gates).as_posix(), flipped, said))
        path.write_bytes(whole)
    assert missed == []


def _entry_path(place: Place, entry: Entry) -> Path:
    return place.root / "gates" / "ledger" / f"{entry.digest}.json"


def _cut_tail(place: Place) -> str:
    """The last entry is gone."""
    last = place.releases.state().entries[-1]
    _entry_path(place, last).unlink()
    return last.digest[:16]


def _edit_last_row(place: Place) -> str:
    """The last entry says something else."""
    last = place.releases.state().entries[-1]
    path = _entry_path(place, last)
    path.write_bytes(path.read_bytes().replace(b"gold was wrong", b"gold was right"))
    return last.digest[:16]


def _rewritten(place: Place, edit: Callable[[Entry], Entry]) -> tuple[Entry, ...]:
    """The whole chain again, each entry edited; written beside the old one."""
    made: list[Entry] = []
    for entry in place.releases.state().entries:
        parent = made[-1].digest if made else None
        table = {**json.loads(dump(edit(entry))), "parent": parent}
        made.append(Entry.model_validate_json(json.dumps(table)))
        _entry_path(place, made[-1]).write_bytes(dump(made[-1]))
    return tuple(made)


def _later(entry: Entry) -> Entry:
    return Entry.model_validate_json(dump(entry).replace(b"2026-11-24T12:", b"2026-11-24T13:", 1))


def _other_title(entry: Entry) -> Entry:
    return Entry.model_validate_json(dump(entry).replace(b'"title":"Tiny"', b'"title":"Huge"'))


def _other_bytes(entry: Entry) -> Entry:
    changed = dump(entry)
    for name in (b"first", b"second"):
        old, new = builders.artifact_of(name), builders.artifact_of(name + b" but worse")
        changed = changed.replace(old.encode(), new.encode())
    return Entry.model_validate_json(changed)


def _rewrite_chain(place: Place) -> str:
    """Every entry is new and names its new parent; the pointer is as it was."""
    old = place.releases.state().entries
    for entry in _rewritten(place, _later):
        assert entry not in old
    for entry in old:
        _entry_path(place, entry).unlink()
    return old[-1].digest[:16]


def _rewrite_all(place: Place, edit: Callable[[Entry], Entry]) -> None:
    """A chain and a pointer that agree: no digest is wrong any more."""
    old = place.releases.state().entries
    new = _rewritten(place, edit)
    for entry in set(old) - set(new):
        _entry_path(place, entry).unlink()
    (place.root / "gates" / "pointer.json").write_bytes(pretty(pointer_of(fold(new))))


def _rewrite_with_pointer(place: Place) -> str:
    """What was released is not what was signed."""
    _rewrite_all(place, _other_bytes)
    return SLOT


def _rewrite_row(place: Place) -> str:
    """The row that was released is not the row that was judged."""
    _rewrite_all(place, _other_title)
    return SLOT


def _rewrite_times(place: Place) -> str:
    """Nobody signed the time; but the waiver was signed for an entry with the old one."""
    _rewrite_all(place, _later)
    shutil.rmtree(place.root / "artifacts" / "witness")
    return "the signed waiver is for something else"


def _set_back(place: Place) -> str:
    """The pointer of three entries ago: the ledger goes on behind it."""
    entries = place.releases.state().entries
    (place.root / "gates" / "pointer.json").write_bytes(pretty(pointer_of(fold(entries[:2]))))
    return f"went backwards: gates/pointer.json names {entries[1].digest[:16]}"


def _remove_evidence(place: Place) -> str:
    """The signed verdict of the first release is gone."""
    (change,) = place.releases.state().entries[0].changes
    assert isinstance(change, Promoted)
    (place.root / "gates" / "evidence" / f"{change.verdict}.json").unlink()
    return f"evidence {change.verdict[:16]}"


def _swap_evidence(place: Place) -> str:
    """One report stands under another one's name."""
    (change,) = place.releases.state().entries[0].changes
    assert isinstance(change, Promoted)
    one, other = (place.root / "gates/evidence" / f"{r.report}.json" for r in change.reports[:2])
    one.write_bytes(other.read_bytes())
    return f"evidence {one.stem[:16]}"


def _serve_other_bytes(place: Place) -> str:
    """What is served is not what was released."""
    artifact = builders.artifact_of(b"second")
    model = place.root / "artifacts/registry/trees" / artifact / "model.onnx"
    model.chmod(0o644)
    model.write_bytes(b"sEcond")
    return "model.onnx is changed"


def _unlist_key(place: Place) -> str:
    """The judge's key is listed no more."""
    (place.root / "gates" / "keys" / "release.pub").unlink()
    return "not signed by any listed key"


def _plant_entry(place: Place) -> str:
    """A file that nothing names and that is not what its name says."""
    name = sha256_hex(b"planted")
    (place.root / "gates" / "ledger" / f"{name}.json").write_bytes(b"{}")
    return name[:16]


TAMPERED = (
    _cut_tail,
    _edit_last_row,
    _rewrite_chain,
    _rewrite_with_pointer,
    _rewrite_row,
    _rewrite_times,
    _set_back,
    _remove_evidence,
    _swap_evidence,
    _serve_other_bytes,
    _unlist_key,
    _plant_entry,
)


@pytest.mark.parametrize("tamper", TAMPERED)
def test_verify_names_what_was_tampered_with(tamper: Callable[[Place], str], place: Place) -> None:
    """Exit 7."""
    name = tamper(place)
    code, said = _said(place)
    assert (code, name in said) == (ExitCode.INTEGRITY, True), said


def test_what_is_derived_remembers_what_nobody_signed(tmp_path: Path) -> None:
    """A chain and a pointer rewritten with another time, no waiver anywhere."""
    place = Place(tmp_path)
    place.release(b"first")
    place.regenerate()
    _rewrite_all(place, _later)
    shutil.rmtree(place.root / "artifacts" / "witness")
    code, said = _said(place)
    assert code == ExitCode.INTEGRITY
    assert "records: baseline.json is not what this engine makes" in said


@pytest.mark.parametrize("tamper", [_cut_tail, _edit_last_row, _rewrite_chain, _set_back])
def test_nothing_moves_on_a_ledger_that_was_tampered_with(
    tamper: Callable[[Place], str], place: Place
) -> None:
    """Neither a release nor a rollback: a fleet whose state is not known is not moved."""
    verdict = place.verdict(b"third")
    place.offer(verdict, place.signed(verdict), content=b"third")
    tamper(place)
    again = Place(place.root)
    pointer = (place.root / "gates" / "pointer.json").read_bytes()
    for act in (again.flip, lambda: again.roll_back(BACK), again.regenerate):
        with pytest.raises(IntegrityError):
            act()
    assert (place.root / "gates" / "pointer.json").read_bytes() == pointer


def test_a_staged_file_changed_after_the_verdict_is_refused(place: Place) -> None:
    """Same size, other bytes: the flip hashes them again; nothing moves."""
    verdict = place.verdict(b"third")
    place.offer(verdict, place.signed(verdict), content=b"third")
    model = Path(place.store.path(builders.artifact_of(b"third"))) / "model.onnx"
    model.chmod(0o644)
    model.write_bytes(b"Third")
    (row,) = place.flip().results
    assert (row.standing, row.exit_code) == (SlotOutcome.REFUSED, ExitCode.INTEGRITY)
    assert f"{builders.artifact_of(b'third')[:16]}…: model.onnx is changed" in row.reason


def test_the_real_command_says_it_with_its_exit_code(place: Place) -> None:
    """`verify` and `rollback`, one sentence, exit 7."""
    name = _edit_last_row(place)
    for arguments in (("verify",), ("rollback", "pii"), ("recover",)):
        done = place.run("release", *arguments)
        assert done.returncode == ExitCode.INTEGRITY, done
        assert name in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
