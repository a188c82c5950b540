"""What earlier engines wrote stays readable, whole and true."""

import shutil
from pathlib import Path
from typing import get_args

import pytest

from openmed.adapters.inputs.input_files import FileInputs
from openmed.adapters.stores.product_store import FileProducts
from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.app.maintenance import verify_releases
from openmed.app.release_notes import release_notes
from openmed.context import open_context
from openmed.domain.attestation.head_statement import HeadFindings, head_findings
from openmed.domain.candidates.candidate import StagedCandidate
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.ledger.changes import Change
from openmed.domain.pages.notes.notes_text import notes_markdown
from openmed.domain.release.product import VerdictProduct

SLOT = "pii::tiny::onnx"
VERSIONS = sorted(path.name for path in Path(__file__).parent.iterdir() if path.is_dir())
VERSIONS = [name for name in VERSIONS if not name.startswith("_")]
PRODUCTS: dict[str, type[Frozen]] = {
    "staged": StagedCandidate,
    "golden": BenchmarkReport,
    "performance": PerformanceReport,
    "verdict": VerdictProduct,
}


@pytest.fixture(params=VERSIONS)
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of what one engine left."""
    shutil.copytree(Path(__file__).parent / request.param, tmp_path / "repository")
    return tmp_path / "repository"


def test_the_ledger_adds_up_to_its_pointer(
    repository: Path, request: pytest.FixtureRequest
) -> None:
    """Every entry; in the present folder every kind of change there is."""
    state = FileReleaseStore(repository, lock_seconds=1).state()
    kinds = {type(change) for entry in state.entries for change in entry.changes}
    assert state.live
    if request.node.callspec.params["repository"] == "current":
        assert kinds == set(get_args(get_args(Change)[0]))


def test_evidence_signatures_waivers_and_records_verify(repository: Path) -> None:
    """With the keys of their time, one of them closed since."""
    found = verify_releases(open_context(repository, quiet=True), is_offline=True)
    assert found.faults == ()
    assert all(check.looked_at for check in found.checks)


def test_a_head_statement_vouches_for_its_pointer(repository: Path) -> None:
    """By a key of its time, for the ledger beside it; engines before it left none."""
    context = open_context(repository, quiet=True)
    envelope = context.heads.read()
    if envelope is None:
        pytest.skip("of an engine that signed none")
    state = context.releases.state()
    signed = context.verifiers.verify_head(envelope)
    found = head_findings(state, signed, pointer=context.heads.pointer(), now=signed.head.issued)
    assert found == HeadFindings()
    stated = context.stated_head()
    assert (stated.head, stated.pointer) == (signed.head, context.heads.pointer())
    assert state.last is not None
    assert signed.head.tag == state.last.tag


def test_the_present_folder_has_a_head_statement() -> None:
    """So that what is written today is read for ever."""
    assert (Path(__file__).parent / "current" / "gates" / "head.json").is_file()


@pytest.mark.parametrize("name", sorted(PRODUCTS))
def test_a_product_is_read(name: str, repository: Path) -> None:
    """What a run had computed need not be computed again only because the engine is newer."""
    products = FileProducts(repository / "artifacts" / "runs")
    assert products.read(SLOT, name, PRODUCTS[name]) is not None


def test_the_queue_is_read(repository: Path) -> None:
    """As people wrote it."""
    assert [row.slot for row in FileInputs(repository, environ={}).queue()] == [SLOT]


def test_release_notes_of_every_entry_are_made(repository: Path) -> None:
    """From whatever evidence an earlier engine left; none of it is missing to them."""
    world = open_context(repository, quiet=True)
    for entry in world.releases.state().entries:
        notes = release_notes(world, entry.tag).notes
        assert [] == [slot.fault for slot in notes.slots if slot.fault]
        assert entry.tag in notes_markdown(notes).replace("\\", "")
