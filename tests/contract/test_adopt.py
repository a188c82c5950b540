"""`openmed adopt`: rows of the queue for what is published, and why the rest cannot be judged."""

import json
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support import public_catalogue as public
from support.measured_places import measured_place
from support.published_fleets import COMMIT, PublishedFleet, onnx_rows
from support.repositories import ROOT

from openmed.app.adopt import AdoptionReport, AdoptionRequest, AdoptionStanding, adopt
from openmed.context import Context, open_context
from openmed.domain.inference.proposal.adoptable_row import ObstacleKind
from openmed.domain.inference.proposal.model_files import TokenFacts
from openmed.errors import EvidenceError, ExternalError, UsageError

pytest.importorskip("huggingface_hub")

SPOKEN = frozenset({"ar", "de", "en", "es", "fr", "hi", "it", "nl", "pt", "zh"})
"""Languages of golden."""


@pytest.fixture(scope="module")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("adopt") / "r"
    with pytest.MonkeyPatch.context() as patch:
        measured_place(root, patch)
    return root


@pytest.fixture
def root(_small: Path, tmp_path: Path) -> Path:
    """A release repository with two small suites in English."""
    return Path(shutil.copytree(_small, tmp_path / "r"))


def _adopt(
    root: Path,
    hub: PublishedFleet,
    *,
    catalogue: bytes,
    limit: int | None = None,
    is_dry_run: bool = False,
) -> AdoptionReport:
    wanted = AdoptionRequest(catalogue, "models.jsonl", frozenset(), limit)
    return adopt(_context(root), wanted, hub=hub, is_dry_run=is_dry_run)


Adopted = tuple[Path, PublishedFleet, AdoptionReport]


def _context(root: Path) -> Context:
    return open_context(root, quiet=True)


def _queue(root: Path) -> list[dict[str, object]]:
    table = tomllib.loads((root / "gates" / "candidates.toml").read_text(encoding="utf-8"))
    return [row for row in table["candidate"] if row.get("adopted")]


def _files(root: Path) -> dict[str, bytes]:
    """What is committed."""
    paths = [root / "models.jsonl", *(root / "gates").rglob("*")]
    return {str(path.relative_to(root)): path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture(scope="module")
def adopted(
    tmp_path_factory: pytest.TempPathFactory,
) -> Adopted:
    """The whole catalogue, once."""
    root = tmp_path_factory.mktemp("fleet")
    shutil.copytree(ROOT / "gates", root / "gates")
    shutil.copy(ROOT / "models.jsonl", root)
    hub = PublishedFleet()
    return root, hub, _adopt(root, hub, catalogue=public.catalogue())


class TestThePublicFleet:
    """2,266 rows, of which most cannot be judged here, each with its reason."""

    def test_every_row_has_an_answer(self, adopted: Adopted) -> None:
        """By what it says: task, then format, then language, then labels."""
        root, _, report = adopted
        runners = {"onnx"} | ({"pytorch"} if _has_transformers(root) else set())
        expected = Counter(_expected(shape, runners) for shape in public.shapes())
        said = Counter(
            row.standing.value if row.obstacle is None else row.obstacle.kind.value
            for row in report.rows
        )
        assert said == expected
        assert sum(said.values()) == public.ROWS
        assert report.is_whole

    def test_only_what_may_be_judged_is_asked_for(self, adopted: Adopted) -> None:
        """Five questions a row that is added, none for others."""
        _, hub, report = adopted
        added = report.standings[AdoptionStanding.ADDED]
        assert (len(hub.asked), report.calls) == (added, 5 * added)

    def test_rows_are_pinned_and_alone_in_their_slots(self, adopted: Adopted) -> None:
        """175 rows share a family, tier and format; the engine reads every one."""
        root, hub, _ = adopted
        rows = _queue(root)
        assert len({row["slot"] for row in rows}) == len(rows) == len(hub.asked)
        assert {row["source"] for row in rows} == {f"hf:{repo}@{COMMIT}" for repo in hub.asked}
        queue = _context(root).inputs.queue()
        assert sum(row.adopted for row in queue) == len(rows)
        assert all((root / str(row["profile"])).is_file() for row in rows)

    def test_again_it_adds_nothing(self, adopted: Adopted) -> None:
        """No question, no byte."""
        root, _, first = adopted
        before, hub = _files(root), PublishedFleet()
        report = _adopt(root, hub, catalogue=public.catalogue())
        assert (hub.asked, _files(root)) == ([], before)
        assert report.standings[AdoptionStanding.PRESENT] == first.standings[AdoptionStanding.ADDED]


def _has_transformers(root: Path) -> bool:
    try:
        _context(root).runners.runtime("transformers")
    except UsageError:
        return False
    return True


def _expected(shape: public.CatalogueShape, runners: set[str]) -> str:
    """What becomes of a row, said without the engine."""
    if shape.family in {"General", "Vision"}:
        return "task"
    if runners.isdisjoint(shape.formats):
        return "format"
    if not SPOKEN.issuperset(shape.languages):
        return "language"
    if shape.licence not in {"apache-2.0", "mit"}:
        return "licence"
    return "added" if shape.family == "PII" else "labels"


@pytest.mark.parametrize("after", [0, 1, 19, 20, 21, 30])
def test_interrupted_it_goes_on(after: int, root: Path) -> None:
    """Whole rows only; in the end what an undisturbed run makes, nothing twice."""
    catalogue = onnx_rows(first=32)

    def stop(number: int, repo: str) -> BaseException | None:
        del repo
        return KeyboardInterrupt() if number == after else None

    with pytest.raises(KeyboardInterrupt):
        _adopt(root, PublishedFleet(fails=stop), catalogue=catalogue)
    there = len(_queue(root))
    assert there == after // 20 * 20
    hub = PublishedFleet()
    assert _adopt(root, hub, catalogue=catalogue).is_whole
    assert (len(hub.asked), len(_queue(root))) == (32 - there, 32)
    assert len({row["repo_id"] for row in _queue(root)}) == 32


def test_what_was_found_out_is_not_asked_again(root: Path) -> None:
    """Reasons stand in the journal until a run came to its end; then the Hub is asked anew."""
    catalogue = onnx_rows(first=42)

    def stop(number: int, repo: str) -> BaseException | None:
        if number == 40:
            return KeyboardInterrupt()
        return EvidenceError(f"{repo} is only for those who were given access")

    with pytest.raises(KeyboardInterrupt):
        _adopt(root, PublishedFleet(fails=stop), catalogue=catalogue)
    hub = PublishedFleet()
    report = _adopt(root, hub, catalogue=catalogue)
    assert (len(hub.asked), report.obstacles) == (2, {ObstacleKind.REPOSITORY: 40})
    again = PublishedFleet()
    assert _adopt(root, again, catalogue=catalogue).is_whole
    assert len(again.asked) == 40


def test_a_torn_journal_is_no_harm(root: Path) -> None:
    """The row is asked for again."""
    catalogue = onnx_rows(first=42)
    stop: Callable[[int, str], BaseException] = lambda number, repo: (  # noqa: E731 - two words
        KeyboardInterrupt() if number == 40 else EvidenceError(repo)
    )
    with pytest.raises(KeyboardInterrupt):
        _adopt(root, PublishedFleet(fails=stop), catalogue=catalogue)
    journal = root / "artifacts" / "adoption.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])
    hub = PublishedFleet()
    _adopt(root, hub, catalogue=catalogue)
    assert len(hub.asked) == 3


def test_broken_rows_are_named_by_line(root: Path) -> None:
    """And keep no other from being adopted."""
    lines = onnx_rows(first=3).splitlines()
    twin = lines[0].replace(b'"PII"', b'"NER"')
    catalogue = b"\n".join([lines[0], b"{", lines[1], b'{"repo_id": "a/b"}', twin, lines[2], b""])
    report = _adopt(root, PublishedFleet(), catalogue=catalogue)
    broken = [row.line for row in report.rows if row.obstacle is not None]
    assert broken == [1, 2, 4, 5]
    assert all(
        row.obstacle.sentence.startswith(f"models.jsonl line {row.line}")
        for row in report.rows
        if row.obstacle is not None
    )
    assert (len(_queue(root)), report.is_whole) == (2, False)


def test_limit_and_calls_are_bounds(root: Path) -> None:
    """What is left is looked at by the next run."""
    catalogue = onnx_rows(first=9)
    report = _adopt(root, PublishedFleet(), catalogue=catalogue, limit=4)
    assert report.standings == {AdoptionStanding.ADDED: 4, AdoptionStanding.LEFT: 5}
    hub = PublishedFleet(most=12)
    report = _adopt(root, hub, catalogue=catalogue)
    assert report.standings == {
        AdoptionStanding.PRESENT: 4, AdoptionStanding.ADDED: 2, AdoptionStanding.LEFT: 3,
    }  # fmt: skip
    assert (hub.calls, report.is_whole) == (10, False)


def test_a_silent_hub_is_not_asked_for_ever(root: Path) -> None:
    """After three rows without an answer the rest is left, and said to be."""
    silent = PublishedFleet(fails=lambda _, repo: ExternalError(repo, retryable=True))
    report = _adopt(root, silent, catalogue=onnx_rows(first=9))
    assert (len(silent.asked), report.standings) == (3, {AdoptionStanding.LEFT: 9})
    assert _queue(root) == []


def test_a_dry_run_writes_nothing(root: Path) -> None:
    """It asks and says."""
    before = _files(root)
    report = _adopt(root, PublishedFleet(), catalogue=onnx_rows(first=3), is_dry_run=True)
    assert (report.standings, _files(root)) == ({AdoptionStanding.ADDED: 3}, before)
    assert not (root / "artifacts" / "adoption.jsonl").exists()


def test_labels_nobody_knows_are_a_reason(root: Path) -> None:
    """By their names; nothing is guessed."""
    tokens = TokenFacts(columns=("O", "B-XYZZY"), has_names=True, positions=512)
    report = _adopt(root, PublishedFleet(tokens=tokens), catalogue=onnx_rows(first=1))
    (row,) = report.rows
    assert row.obstacle is not None
    assert row.obstacle.kind is ObstacleKind.LABELS
    assert "XYZZY" in row.obstacle.sentence


def test_two_repositories_never_share_a_slot(root: Path) -> None:
    """The same name under two owners, names that differ in what a slot cannot hold, long names."""
    (line,) = onnx_rows(first=1).splitlines()
    row = json.loads(line)
    long = f"d/{'long-' * 17}"
    names = (
        "a/Model_1-onnx",
        "b/model-1-onnx",
        "c/MODEL.1-onnx",
        f"{long}x-onnx",
        f"{long}y-onnx",
    )
    catalogue = "".join(f"{json.dumps({**row, 'repo_id': name})}\n" for name in names).encode()
    report = _adopt(root, PublishedFleet(), catalogue=catalogue)
    assert report.standings == {AdoptionStanding.ADDED: 5}, report.rows
    assert len({row["slot"] for row in _queue(root)}) == 5


def test_a_catalogue_from_elsewhere_comes_into_ours_as_it_is(root: Path) -> None:
    """Byte for byte, fields nobody knows too."""
    (line,) = onnx_rows(first=1).splitlines()
    strange = line[:-1] + b', "more": {"kept": [1, 2]}}'
    have = (root / "models.jsonl").read_bytes()
    _adopt(root, PublishedFleet(), catalogue=strange + b"\n")
    assert (root / "models.jsonl").read_bytes() == have + strange + b"\n"
