"""After something moved, a run asks the slots it may have moved; what it comes to is the same.

A sequence of everything that happens to a release repository, in an order drawn by chance. Before
each run it is copied, and the copy has no index: report, plan and ledger must agree, and every page
must be what the evidence gives.
"""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain
from support.measured_places import SLOT, MeasuredPlace, measured_place
from support.repositories import ROW, Repository

from openmed.adapters.disk import atomic
from openmed.adapters.disk.file_stats import SETTLED_NS
from openmed.adapters.stores.standing_index import FOLDER
from openmed.app.doctor import examine
from openmed.app.holds import freeze, thaw
from openmed.app.plan import plan_release
from openmed.app.release import run_release
from openmed.app.rollback import run_rollback
from openmed.cli.release.dodo import dodo
from openmed.context import Context
from openmed.domain.ledger.changes import Change
from openmed.domain.release.rollback_options import Request, Where
from openmed.pipeline.regeneration import derived_steps
from openmed.pipeline.standing.reopening import standing_lines

SECOND, THIRD, FOURTH = (f"pii::tiny::onnx::{name}" for name in ("second", "third", "fourth"))
SLOTS = frozenset({SLOT, SECOND, THIRD})
Act = Callable[[MeasuredPlace], None]


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    """Lasts as long as the place."""
    with pytest.MonkeyPatch.context() as context:
        yield context


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> MeasuredPlace:
    """Three slots: two are live, one was refused; nothing is left to do, and it is known."""
    place = measured_place(tmp_path_factory.mktemp("place") / "root", patch, SECOND, THIRD)
    place.add_model("models/third", misses=3)
    for _ in range(3):
        run_release(place.world)
    return place


@pytest.fixture
def place(settled: MeasuredPlace, tmp_path: Path) -> MeasuredPlace:
    """A copy of it."""
    return settled.copied(tmp_path / "root")


def _indexed(place: MeasuredPlace) -> None:
    """Run until it is known what stands; not in a fixture, whose environment is another."""
    for _ in range(3):
        if _standing(place) != SLOTS:
            # What was written just now is read again at each look, until it has settled.
            time.sleep(2 * SETTLED_NS / 1e9)
            run_release(place.world)
    assert SLOTS == _standing(place)


def _standing(place: MeasuredPlace) -> frozenset[str]:
    return frozenset(standing_lines(place.world)[0])


def _row(place: MeasuredPlace, slot: str, edit: Callable[[str], str]) -> None:
    """Change the row of one slot; nothing is left of it where the edit leaves nothing."""
    path = place.root / "gates" / "candidates.toml"
    head, *rows = path.read_text(encoding="utf-8").split(ROW)
    edited = [edit(row) if f'"{slot}"\n' in row else row for row in rows]
    assert edited != rows
    path.write_text(ROW.join([head, *filter(None, edited)]), encoding="utf-8")


def _described(slot: str) -> Act:
    def act(place: MeasuredPlace) -> None:
        _row(place, slot, lambda row: row.replace('title = "', 'title = "x', 1))

    return act


def _taken_out(slot: str) -> Act:
    def act(place: MeasuredPlace) -> None:
        _row(place, slot, lambda _: "")
        (place.root / "gates/policy" / f"{slot.replace('::', '--')}.toml").unlink()

    return act


def _added(place: MeasuredPlace) -> None:
    place.add_model("models/fourth")
    home = place.root / "home"
    Repository(root=place.root, home=home).add_slot(FOURTH, "file:models/fourth")


def _built(name: str, *, misses: int) -> Act:
    """Another build of one model."""

    def act(place: MeasuredPlace) -> None:
        folder = place.root / "models" / name
        place.add_model(f"models/{name}", misses=misses)
        (folder / "NOTE.txt").write_text(f"{misses} {len(list(folder.iterdir()))}")

    return act


def _policy(name: str) -> Act:
    def act(place: MeasuredPlace) -> None:
        path = place.root / "gates" / "policy" / f"{name}.toml"
        path.write_text(path.read_text(encoding="utf-8") + "# reviewed\n", encoding="utf-8")

    return act


def _stricter(place: MeasuredPlace) -> None:
    path = place.root / "gates/policy/pii--tiny--onnx--second.toml"
    text = path.read_text(encoding="utf-8")
    assert "max_age_hours = " in text
    path.write_text(text.replace("max_age_hours = ", "max_age_hours = 1", 1), encoding="utf-8")


def _torn(pattern: str) -> Act:
    def act(place: MeasuredPlace) -> None:
        path = next(one for one in sorted(place.root.glob(pattern)) if one.is_file())
        path.parent.chmod(0o755)
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-3])

    return act


def _gone(pattern: str) -> Act:
    def act(place: MeasuredPlace) -> None:
        path = next(one for one in sorted(place.root.glob(pattern)) if one.is_file())
        path.parent.chmod(0o755)
        path.unlink()

    return act


def _rolled_back(*, is_revoking: bool) -> Act:
    def act(place: MeasuredPlace) -> None:
        where = Where(family="pii", tier="tiny", format="onnx", line="none", all_slots=True)
        request = Request(
            where=where, tag=None, generation=None, is_revoking=is_revoking, is_partial=True,
            is_withdrawing=False, reason="a test",
        )  # fmt: skip
        run_rollback(place.world, request, is_dry_run=False)

    return act


def _held(place: MeasuredPlace) -> None:
    freeze(place.world, slot=SECOND, reason="a test")


def _thawed(place: MeasuredPlace) -> None:
    thaw(place.world, slot=SECOND, reason="a test")


def _shorter(place: MeasuredPlace) -> None:
    place.shorten("second")


def _nothing(place: MeasuredPlace) -> None:
    assert place.root.is_dir()


def test_plain_doit_asks_what_may_have_moved(place: MeasuredPlace) -> None:
    """Nothing where nothing moved; all tasks are there for who lists or picks them."""
    _indexed(place)
    assert {"task_release", "DOIT_CONFIG"} == set(dodo(place.root, arguments=["release"]))
    assert 1 == _doit(place), "one of the three was refused"
    assert SLOTS == {slot for slot in SLOTS if f"stage:{slot}" in _tasks(place, "list")}
    _described(SECOND)(place)
    tasks = _tasks(place)
    assert f"compare:{SECOND}" in tasks
    assert not {task for task in tasks for slot in SLOTS - {SECOND} if task.endswith(f":{slot}")}
    assert {"flip", "regenerate:cards"} <= tasks


def _tasks(place: MeasuredPlace, *arguments: str) -> set[str]:
    """Names of the tasks that doit gets."""
    found = dodo(place.root, arguments=arguments)
    creator = found["task_pipeline"]
    assert callable(creator)
    rows = [row for row in creator() if row.get("actions")]
    return {":".join(filter(None, (row["basename"], row.get("name")))) for row in rows}


def _doit(place: MeasuredPlace) -> int:
    loader = ModuleTaskLoader(dodo(place.root, arguments=[]))
    return int(DoitMain(loader, config_filenames=()).run([]))


class Step(NamedTuple):
    """One thing that happens.

    Attributes:
        act: what.
        touched: slots it may touch; every other one is not asked again.
    """

    act: Act
    touched: frozenset[str]


def _step(act: Act, *slots: str) -> Step:
    return Step(act, frozenset(slots))


ALL = (SLOT, SECOND, THIRD, FOURTH)
SEQUENCE: tuple[Step, ...] = (
    _step(_described(SECOND), SECOND),
    _step(_built("tiny", misses=0), SLOT),
    _step(_built("second", misses=3), SECOND),
    _step(_built("second", misses=0), SECOND),
    _step(_policy("pii--tiny--onnx--third"), THIRD),
    _step(_stricter, SECOND),
    _step(_torn("artifacts/runs/pii--tiny--onnx--third/first.json"), THIRD),
    # What is left is condemned: whatever is not live may behave like it.
    _step(_rolled_back(is_revoking=True), SLOT, SECOND, THIRD),
    _step(_held, SECOND),
    _step(_thawed, SECOND),
    _step(_shorter, *ALL),
    _step(_added, FOURTH),
    _step(_taken_out(THIRD), THIRD),
    _step(_gone("artifacts/trust/cards/**/*.md")),
    _step(_gone("gates/baseline.json")),
    _step(_nothing),
)


@pytest.mark.parametrize("seed", [1])
def test_an_engine_with_an_index_ends_as_one_without(seed: int, place: MeasuredPlace) -> None:
    """After every step of a sequence of everything that happens, in an order drawn by chance."""
    _indexed(place)
    chance = random.Random(seed)
    steps = list(SEQUENCE)
    chance.shuffle(steps)
    for number, step in enumerate(steps):
        before = _standing(place)
        try:
            step.act(place)
        except (AssertionError, StopIteration, FileNotFoundError):
            continue  # What it is about is not there in this order.
        assert before - step.touched <= _standing(place), step
        _same(place, place.root.parent / f"bare-{number}")
    assert _policies(place.world) == _policies(_without_index(place).world)


def _without_index(place: MeasuredPlace) -> MeasuredPlace:
    shutil.rmtree(place.root / "artifacts" / FOLDER)
    return place


def _same(place: MeasuredPlace, root: Path) -> None:
    """Run and plan, with what stands and in a copy without; see that both say the same."""
    bare = place.copied(root)
    world, other = place.world, replace(bare.world, now=place.world.now)
    world = replace(world, now=other.now)
    # It remembers what it has seen in a folder that is new to it.
    shutil.rmtree(root / "artifacts" / FOLDER, ignore_errors=True)
    assert _plan(world, place) == _plan(other, bare)
    told = [_told(one, at) for one, at in ((_fresh(world), place), (_fresh(other), bare))]
    assert told[0] == told[1]
    assert _ledger(place) == _ledger(bare)
    assert [] == [path for step in derived_steps(place.world) for path in step.outdated()]
    atomic.remove_tree(root)


def _fresh(world: Context) -> Context:
    return replace(world)


def _told(world: Context, place: MeasuredPlace) -> dict[str, Any]:
    report = run_release(world)
    table = report.model_dump(mode="json")
    steps = sorted((step["task"], step["how"], bool(step["fault"])) for step in table["steps"])
    rows = [{**row, "artifact": row["artifact"]} for row in table["candidates"]]
    return {
        "code": table["exit_code"], "tag": table["tag"], "rows": _without(rows, place),
        "steps": steps, "alarms": table["alarms"],
    }  # fmt: skip


def _without(rows: object, place: MeasuredPlace) -> str:
    return str(rows).replace(str(place.root), "")


def _plan(world: Context, place: MeasuredPlace) -> str:
    return plan_release(_fresh(world)).model_dump_json().replace(str(place.root), "")


def _policies(world: Context) -> list[tuple[str, str]]:
    checks = examine(_fresh(world)).checks
    return [(one.name, one.says) for one in checks if one.name in ("policy", "release", "edition")]


def _ledger(place: MeasuredPlace) -> list[tuple[str, str, str]]:
    def row(change: Change) -> tuple[str, str, str]:
        return (change.event, change.slot, getattr(change, "artifact", ""))

    state = place.world.releases.state()
    return [row(change) for entry in state.entries for change in entry.changes]
