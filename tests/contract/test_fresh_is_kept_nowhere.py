"""A candidate is measured on notes that nobody sees: no text of them is on disk afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.chunk_files import plain_bytes
from support.oracles import SLOT, oracle_repository, put_oracle

from openmed.context import Context, open_context
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.text.span import Document
from openmed.pipeline.release_graph import ReleaseGraph

SECRET = "5" * 64
ODD = "Zyzzyva quartz"
"""A wording that stands nowhere else."""
SHEET = f"copies = 9\n== quiet-letter letter\n{ODD} {{patient.full}}, {{ssn}}, {{date:0}}.\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with private templates and a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    folder = tmp_path / "private"
    (folder / "en").mkdir(parents=True)
    (folder / "en" / "quiet.sheet").write_text(SHEET, encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("OPENMED_SUITE_SECRET", SECRET)
    monkeypatch.setenv("PRIVATE_TEMPLATES", str(folder))
    oracle_repository(tmp_path / "repository")
    pins = tmp_path / "repository" / "gates" / "suites.toml"
    text = pins.read_text(encoding="utf-8")
    assert 'name = "fresh"\n' in text
    text = text.replace('name = "fresh"\n', 'name = "fresh"\ntemplates = "$PRIVATE_TEMPLATES"\n')
    pins.write_text(text, encoding="utf-8")
    return tmp_path / "repository"


def _measured(context: Context) -> tuple[BenchmarkReport, tuple[Document, ...]]:
    graph = ReleaseGraph(context)
    (candidate,) = graph.candidates
    pin = next(pin for pin in context.inputs.pins() if pin.is_generated)
    graph.run(graph.stage(candidate))
    graph.run(graph.benchmark(candidate, pin))
    made = context.products.read(SLOT, pin.name, BenchmarkReport)
    assert made is not None
    assert isinstance(made.value, BenchmarkReport)
    return made.value, context.inputs.suite(pin).documents


def _pieces(documents: tuple[Document, ...]) -> Iterator[bytes]:
    """What would betray a note: its wording, and each of its values."""
    yield ODD.encode()
    for document in documents:
        yield from (document.text[s.start : s.end].encode() for s in document.spans)


def _left(folder: Path, pieces: list[bytes], *, before: frozenset[Path]) -> list[Path]:
    """Files of a run that hold one of the pieces."""
    new = (p for p in folder.rglob("*") if p.is_file() and p not in before)
    return [path for path in new if any(piece in plain_bytes(path) for piece in pieces)]


def test_no_text_and_no_secret_is_left(root: Path, tmp_path: Path) -> None:
    """In the repository, the home and the folder for temporary files; a report has offsets only."""
    put_oracle(root / "models" / "oracle")
    before = frozenset(tmp_path.rglob("*"))
    report, documents = _measured(open_context(root, quiet=True))
    assert (report.scored_documents, report.overall.covered) == (9, 0)
    assert report.overall.support == report.suite.spans == 27
    assert list((root / "artifacts" / "predictions").rglob("*"))
    pieces = [*_pieces(documents), SECRET.encode(), b"quiet-letter"]
    assert _left(tmp_path, pieces, before=before) == []
    # The search is no empty one: one note anywhere is found.
    note = tmp_path / "home" / "kept"
    note.write_text(documents[4].text, encoding="utf-8")
    assert _left(tmp_path, pieces, before=before) == [note]


def test_the_report_is_the_same_in_the_same_epoch_and_measured_once(root: Path) -> None:
    """Products and predictions hold, although the notes are on no disk."""
    put_oracle(root / "models" / "oracle")
    context = open_context(root, quiet=True)
    first, _ = _measured(context)
    graph = ReleaseGraph(open_context(root, quiet=True))
    (candidate,) = graph.candidates
    pin = next(pin for pin in graph.world.inputs.pins() if pin.is_generated)
    assert graph.is_current(graph.benchmark(candidate, pin))
    assert graph.benchmark(candidate, pin).measured() == first


def test_without_the_secret_the_measurement_is_an_error_with_the_fix(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a pass, not a suite of nothing."""
    monkeypatch.delenv("OPENMED_SUITE_SECRET")
    put_oracle(root / "models" / "oracle")
    graph = ReleaseGraph(open_context(root, quiet=True))
    (candidate,) = graph.candidates
    pin = next(pin for pin in graph.world.inputs.pins() if pin.is_generated)
    graph.run(graph.stage(candidate))
    graph.run(graph.benchmark(candidate, pin))
    fault = graph.performed[-1].fault
    assert fault is not None
    assert "suite fresh cannot be made: there is no suite secret" in fault.message
    assert fault.next_step == "openmed keys init"
    # What `openmed keys init` does.
    assert open_context(root, quiet=True).generated_suites.make_secret()
    assert _measured(open_context(root, quiet=True))[0].scored_documents == 9
