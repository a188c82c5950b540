"""A run with nothing to do is not run, and comes to what it would have come to.

An edit of anything it rests on is seen by stat data, whatever it is. An index that is damaged, old
or of elsewhere is as none.
"""

import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.measured_places import MeasuredPlace, measured_place

from openmed.adapters.disk.file_stats import SETTLED_NS, look
from openmed.adapters.disk.open_trace import traced
from openmed.adapters.stores.standing_index import FOLDER, StandingIndex
from openmed.app.pipeline_stages import run_flip, run_gate
from openmed.app.plan import plan_release
from openmed.app.regeneration import run_regenerate
from openmed.app.release import run_release
from openmed.context import Context
from openmed.context.covered_files import NOT_COVERED
from openmed.domain.release.results.run_report import RunReport
from openmed.pipeline.release_graph import open_graph

OTHER = "pii::tiny::onnx::second"
Edit = Callable[[Path], None]


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    """Lasts as long as the place."""
    with pytest.MonkeyPatch.context() as context:
        yield context


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> MeasuredPlace:
    """Two slots: one is live, the other was refused; nothing is left to do."""
    place = measured_place(tmp_path_factory.mktemp("place") / "root", patch, OTHER)
    place.add_model("models/second", misses=3)
    run_release(place.world)
    return place


@pytest.fixture
def place(settled: MeasuredPlace, tmp_path: Path) -> Iterator[MeasuredPlace]:
    """The place; whatever a test does to its files is undone."""
    kept = settled.copied(tmp_path / "kept").root
    yield settled
    _restore(settled.root, kept)


def _restore(root: Path, kept: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        if not (kept / path.relative_to(root)).exists():
            path.unlink() if path.is_file() else path.rmdir()
    for path in sorted(kept.rglob("*")):
        here = root / path.relative_to(kept)
        if path.is_dir():
            here.mkdir(exist_ok=True)
        elif not here.exists() or here.read_bytes() != path.read_bytes():
            here.parent.chmod(0o755)
            here.unlink(missing_ok=True)
            shutil.copy2(path, here)


def _indexed(place: MeasuredPlace) -> MeasuredPlace:
    """Run until nothing is left to do; here and not in a fixture, whose environment is another."""
    for _ in range(3):
        if not _stands(place):
            # What was written just now is read again at each look, until it has settled.
            time.sleep(2 * SETTLED_NS / 1e9)
            _run(place)
    assert _stands(place)
    return place


def _run(place: MeasuredPlace, now: str | None = None) -> RunReport:
    return run_release(_at(place.world, now))


def _index(place: MeasuredPlace) -> Path:
    return place.root / "artifacts" / FOLDER / "run.idx"


def _stands(place: MeasuredPlace, now: str | None = None) -> bool:
    world = _at(place.world, now)
    return world.standing.read("run", now=world.now) is not None


def _at(world: Context, now: str | None) -> Context:
    return replace(world, now=now) if now else world


def _told(report: RunReport, place: MeasuredPlace) -> dict[str, Any]:
    """What a run came to, but for when, how long and where."""
    table = json.loads(report.model_dump_json().replace(str(place.root), ""))
    steps = sorted(table["steps"], key=lambda step: step["task"])
    return {**table, "started": "", "steps": [{**step, "seconds": 0} for step in steps]}


def test_a_run_with_nothing_to_do_reads_the_index_alone(
    place: MeasuredPlace, patch: pytest.MonkeyPatch
) -> None:
    """No queue, product, report or ledger; and it says the same, now."""
    before = _run(_indexed(place))
    opened: set[str] = set()
    read = Path.open

    def note(path: Path, *how: object, **more: object) -> object:
        opened.add(path.name)
        return read(path, *how, **more)  # type: ignore[call-overload]

    with patch.context() as context:
        context.setattr(Path, "open", note)
        again = _run(place)
    assert {"run.idx", "shared.toml"} >= opened
    assert (0, _told(before, place)) == (again.computed, _told(again, place))


def test_its_report_is_written_as_a_run_writes_it(place: MeasuredPlace) -> None:
    """Of this run: CI takes no older one for it."""
    _indexed(place)
    path = place.root / "artifacts" / "run-report.json"
    path.unlink()
    later = place.world
    assert later.standing.read("run", now=later.now)
    assert run_release(later) == (report := RunReport.model_validate_json(path.read_bytes()))
    assert later.now == report.started


def test_a_plan_is_answered_as_one_that_asks(place: MeasuredPlace) -> None:
    """Of a slot that is live, and of one that was refused."""
    known = plan_release(_indexed(place).world)
    _index(place).unlink()
    assert plan_release(place.world) == known
    assert not known.has_changes


def test_the_gate_is_answered_as_one_that_asks(place: MeasuredPlace) -> None:
    """It counts every report again where it asks, and says the same."""
    known = run_gate(_indexed(place).world)
    _index(place).unlink()
    asked = run_gate(place.world)
    assert asked.judged == known.judged
    assert (asked.exit_code, asked.slots) == (known.exit_code, known.slots)
    assert [(s.task, s.how) for s in asked.steps] == [(s.task, s.how) for s in known.steps]


def test_what_moves_or_proves_the_state_reads_no_index(
    place: MeasuredPlace, patch: pytest.MonkeyPatch
) -> None:
    """The signing job and every derived file look at everything, whatever the index says."""
    _indexed(place)

    def refuse(index: StandingIndex, question: str, *, now: str) -> None:
        raise AssertionError((index, question, now))

    with patch.context() as context:
        context.setattr(StandingIndex, "read", refuse)
        context.setattr(StandingIndex, "look", refuse)
        with pytest.raises(AssertionError):
            run_release(place.world)
        assert 0 == run_flip(place.world).computed
        assert 0 == run_regenerate(place.world).exit_code


def _replaced(name: str, old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def _first(root: Path, pattern: str) -> Path:
    return next(path for path in sorted(root.glob(pattern)) if path.is_file())


def _flipped(pattern: str) -> Edit:
    """One byte of a file is another; its size and its time of change are what they were."""

    def edit(root: Path) -> None:
        path = _first(root, pattern)
        facts, data = path.stat(), path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        path.chmod(facts.st_mode)
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    return edit


def _removed(pattern: str) -> Edit:
    def edit(root: Path) -> None:
        path = _first(root, pattern)
        path.parent.chmod(0o755)
        path.unlink()

    return edit


def _added(name: str, text: str = "") -> Edit:
    def edit(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return edit


EDITS: dict[str, Edit] = {
    "a row": _replaced("gates/candidates.toml", "max_bytes = ", "max_bytes = 1"),
    "another row": _replaced("gates/candidates.toml", OTHER, f"{OTHER}-more"),
    "a policy's number": _replaced("gates/policy/pii--tiny--onnx.toml", "0.9", "0.91"),
    "a policy of nobody": _added("gates/policy/strange.toml", "x = 1\n"),
    "the catalogue": _replaced("models.jsonl", '"tier"', '"tier" '),
    "a suite's text": _flipped("gates/suites/first.jsonl"),
    "a model": _replaced("models/tiny/model.py", "Spans of", "Spans in"),
    "a staged byte": _flipped("artifacts/staged/*/model.py"),
    "a served byte": _flipped("artifacts/registry/trees/*/model.py"),
    "a served file": _removed("artifacts/registry/trees/*/gold.json"),
    "a product": _flipped("artifacts/runs/*/first.json"),
    "a product is gone": _removed("artifacts/runs/*/verdict.json"),
    "the fleet's product": _removed("artifacts/runs/_fleet/flip.json"),
    "the marker is gone": _removed("artifacts/runs/*/QUARANTINED"),
    "a marker": _added("artifacts/runs/pii--tiny--onnx/QUARANTINED"),
    "a page": _flipped("artifacts/trust/status/index.html"),
    "a page is gone": _removed("artifacts/trust/cards/**/*.md"),
    "a derived record": _removed("gates/baseline.json"),
    "evidence": _flipped("gates/evidence/*.json"),
    "a ledger entry": _flipped("gates/ledger/*.json"),
    "the pointer": _removed("gates/pointer.json"),
    "a trusted key": _removed("artifacts/keys/*.pub"),
    "a waiver": _added("gates/waivers/x.json", "{}"),
    "where releases go": _added("gates/registries.toml", '[registry]\nname = "local"\n'),
    "a witness": _added(f"artifacts/witness/heads/{'f' * 64}", "2026.11.29-9"),
}


@pytest.fixture(scope="module")
def edited(
    settled: MeasuredPlace, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """A copy that edits may spoil, and what its index covers."""
    copy = settled.copied(tmp_path_factory.mktemp("edited") / "copy")
    return copy.root, sorted(_covered(_indexed(copy)))


@pytest.mark.parametrize("name", sorted(EDITS))
def test_an_edit_is_seen(name: str, edited: tuple[Path, list[str]]) -> None:
    """By stat data alone, so nothing stands and a run looks at everything."""
    root, paths = edited
    before = look(paths)
    EDITS[name](root)
    assert before != look(paths)


@pytest.mark.parametrize("name", ["a served file", "the marker is gone"])
def test_a_run_after_an_edit_ends_as_one_without_an_index(
    name: str, place: MeasuredPlace, tmp_path: Path
) -> None:
    """Same answer, and the same is mended."""
    _indexed(place)
    bare = place.copied(tmp_path / "bare")
    _run(bare)  # It remembers what it has seen in a folder that is new to it.
    shutil.rmtree(bare.root / "artifacts" / FOLDER)
    for one in (place, bare):
        EDITS[name](one.root)
    told = [_told(_run(one), one) for one in (place, bare)]
    assert told[0] == told[1]
    assert [step for step in told[0]["steps"] if step["how"] == "computed"]
    assert 0 == _run(place).computed


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: data[:0],
    "torn": lambda data: data[: len(data) // 2],
    "random": lambda data: random.Random(1).randbytes(len(data)),
    "one bit": lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
    "another version": lambda data: data.replace(b"standing/2", b"standing/1"),
    "longer": lambda data: data + b"\0",
}


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_a_damaged_index_is_as_none(name: str, place: MeasuredPlace) -> None:
    """It is made again, and nothing else happens."""
    before = _told(_run(_indexed(place)), place)
    _index(place).write_bytes(DAMAGE[name](_index(place).read_bytes()))
    assert not _stands(place)
    assert before == _told(_run(place), place)
    assert _stands(place)


@pytest.mark.parametrize(
    ("name", "value"),
    [("OPENMED_REGISTRY", "/elsewhere"), ("HOME", "/root/of/somebody"), ("NEW_IN_THIS_SHELL", "1")],
)
def test_an_index_of_another_environment_is_as_none(
    name: str, value: str, place: MeasuredPlace, patch: pytest.MonkeyPatch
) -> None:
    """Any variable but those of a terminal counts."""
    _indexed(place)
    with patch.context() as context:
        context.setenv(name, value)
        assert not _stands(place)
        context.undo()
        context.setenv("COLUMNS", "77")
        assert _stands(place)


def test_an_index_of_another_folder_is_as_none(place: MeasuredPlace, tmp_path: Path) -> None:
    """As it is after a copy, with the same times too."""
    _indexed(place)
    shutil.copytree(place.root, tmp_path / "other", copy_function=shutil.copy2)
    assert not _stands(replace(place, root=tmp_path / "other"))


def test_an_index_of_another_engine_is_as_none(
    place: MeasuredPlace, patch: pytest.MonkeyPatch
) -> None:
    """An upgrade looks at everything once."""
    _indexed(place)
    with patch.context() as context:
        context.setattr("openmed.adapters.stores.standing_index.__version__", "9.9.9")
        assert not _stands(place)


def test_it_lasts_for_a_time(place: MeasuredPlace) -> None:
    """Not while the clock is set back, nor beyond a week."""
    _indexed(place)
    assert not _stands(place, "2020-01-01T00:00:00Z")
    assert not _stands(place, "2099-01-01T00:00:00Z")


def test_neither_a_part_of_the_fleet_nor_a_second_try_is_answered(place: MeasuredPlace) -> None:
    """Both look at everything."""
    stale = _index(_indexed(place)).stat().st_mtime_ns
    assert 0 == run_release(place.world, pattern="pii::*").computed
    run_release(place.world, retry=True)
    assert stale == _index(place).stat().st_mtime_ns


def test_a_run_reads_nothing_that_is_not_covered(
    place: MeasuredPlace, patch: pytest.MonkeyPatch
) -> None:
    """Whatever a step looks at, by `stat` too; what opens is found by the run itself."""
    covered = _covered(_indexed(place))
    _index(place).unlink()
    seen: set[str] = set()
    see = os.stat

    def note(
        path: int | str | Path, *, dir_fd: int | None = None, follow_symlinks: bool = True
    ) -> os.stat_result:
        if not isinstance(path, int):
            seen.add(str(Path(os.fsdecode(path)).absolute()))
        return see(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)

    with patch.context() as context, traced() as trace:
        context.setattr(os, "stat", note)
        graph = open_graph(place.world)
        for definition in graph.pipeline.steps:
            assert all(map(graph.is_current, graph.steps(definition))), definition.name
    opened = {str(Path(place.root, name)) for name in trace.paths}
    artifacts = place.root / "artifacts"
    uncovered = {
        path
        for path in (seen | opened) - {str(artifacts), *map(str, (place.root, *place.root.parents))}
        if not _is_covered(path, covered)
        and not set(Path(path).parts) & NOT_COVERED
        and not path.startswith(("/proc/", "/sys/", "/dev/"))
        and ".tmp-" not in path
    }
    assert set() == uncovered
    assert not _is_covered(str(place.root / "dodo.py"), covered)


def _is_covered(path: str, covered: set[str]) -> bool:
    """Whether the index would see it change, or come to be."""
    if path in covered:
        return True
    return not Path(path).exists() and not covered.isdisjoint(map(str, Path(path).parents))


def _covered(place: MeasuredPlace) -> set[str]:
    head = _index(place).read_bytes().partition(b"\n")[2].partition(b"\n")[2]
    table, _ = json.JSONDecoder().raw_decode(head.decode("utf-8", errors="replace"))
    assert isinstance(table, dict)
    return set(table["paths"])
