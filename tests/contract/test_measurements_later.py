"""What is looked at again after a signed measurement stood in: at the flip, later, beside it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.measured_elsewhere import FILE, SUITE, Measured, measured_elsewhere
from support.measured_places import SLOT

from openmed.adapters.keys.key_place import KeyPlace
from openmed.adapters.keys.key_ring import FileKeyRing
from openmed.app.benchmark import attest
from openmed.app.pipeline_stages import run_flip, run_gate
from openmed.domain.attestation.verifier import Role
from openmed.domain.gates.verdict import Decision
from openmed.domain.ledger.changes import KeyClosed
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.pipeline.release_graph import open_graph
from openmed.steps.rotate import Rotate


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield measured_elsewhere(tmp_path_factory.mktemp("measured"), monkeypatch)


@pytest.fixture
def made(_made: Measured, tmp_path: Path) -> Measured:
    """A copy that is this test's own."""
    return Measured(_made.place.copied(tmp_path / "r"), _made.key)


def test_the_flip_looks_again_at_what_stood_in(made: Measured) -> None:
    """After the verdict: another statement of the same, none, or a key that is closed meanwhile."""
    world = made.place.world
    graph = open_graph(world, may_build=False)
    graph.run(graph.compare(graph.candidates[0]))
    good = made.file.read_bytes()
    made.sign(measured="2020-01-01T00:00:00Z")
    assert made.file.read_bytes() != good
    assert "is not the one the verdict was made from" in _refused_flip(made)
    made.file.unlink()
    assert "is not the one the verdict was made from" in _refused_flip(made)
    made.file.write_bytes(good)
    known = world.releases.state().entries
    keyid = world.verifiers.verify_measurement(good).keyid
    closing = KeyClosed(keyid=keyid, verifier="lab", successor="0" * 64, is_lost=True)
    entry = next_entry(known, (closing,), now=world.now)
    with world.releases.lock():
        world.releases.commit(entry, pointer_of(fold((*known, entry))), evidence=())
    assert "was closed as lost" in _refused_flip(made)
    assert made.place.world.releases.state().live == ()


def _refused_flip(made: Measured) -> str:
    """What the flip alone says, for a verdict that was signed before."""
    graph = open_graph(made.place.world, may_build=False)
    (result,) = graph.flip().run().results
    assert result.standing is not SlotOutcome.RELEASED
    return result.reason


def test_a_lost_key_that_measured_is_the_one_that_is_closed(made: Measured) -> None:
    """Not the one that was made in its place and signed nothing."""
    run_flip(made.place.world)
    world, folder = made.place.world, made.place.root / "gates" / "keys"
    keyid = world.verifiers.verify_measurement(made.file.read_bytes()).keyid
    (folder / "lab.pub").rename(folder / f"lab.{keyid[:16]}.pub")
    again = made.place.root / "again.pem"
    world.ring.add("other", (Role.MEASURE,), file=again)
    (folder / "other.pub").rename(folder / "lab.pub")
    ring = FileKeyRing(KeyPlace(again, made.place.root / "artifacts" / "keys", folder))
    step = Rotate(releases=world.releases, ring=ring, verifiers=world.verifiers, now=world.now)
    rotation, _ = step.rotate("lab", is_lost=True)
    assert rotation.keyid == keyid


def test_a_stray_file_beside_it_changes_nothing(made: Measured) -> None:
    """Hostile names and bytes: they are no statement of this slot, so nobody reads them as one."""
    folder = made.file.parent
    for name in ("x", "..json", "<script>.dsse.json", "a\nb.dsse.json", f"{FILE}.tmp"):
        (folder / name).write_bytes(b"\xff" * 64)
    (folder / "folder").mkdir()
    (folder / "gone").symlink_to("nowhere")
    assert made.verdict().decision is Decision.RELEASABLE


def test_the_next_candidate_is_compared_with_the_report_of_record(made: Measured) -> None:
    """Without the text; where that report cannot be used, the suite is named."""
    (row,) = run_flip(made.place.world).candidates
    assert row.standing is SlotOutcome.RELEASED, row.reason
    made.place.add_model("models/tiny", misses=100)
    made.bring_text()
    run_gate(made.place.world)
    attest(made.place.world, made.signer, slot=SLOT, suite=SUITE)
    (made.place.root / "gates" / "suites" / f"{SUITE}.jsonl").unlink()
    verdict = made.verdict()
    assert verdict.faults == ()
    assert verdict.against.artifact is not None
    graph = open_graph(made.place.world, may_build=False)
    graph.bench = replace(graph.bench, scorer="1" * 64)
    faults = graph.compare(graph.candidates[0]).judged().faults
    (fault,) = (f for f in faults if f.step == f"baseline:{SLOT}:baseline-{SUITE}")
    assert fault.message.startswith(f"suite {SUITE}: cannot read gates/suites/{SUITE}.jsonl")
