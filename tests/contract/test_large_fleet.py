"""`benchmarks/large_fleet/`: what the fleet is made from, and the graph it is held against."""

import os
import shutil
import stat
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from doit.loader import generate_tasks
from doit.task import Task
from large_fleet import files
from large_fleet.growing import share_files
from large_fleet.peers import graph
from large_fleet.picture import picture
from support.repositories import ROOT

from openmed.context import open_context
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.wire import parse
from openmed.pipeline.doit_tasks import ReleaseTasks
from openmed.pipeline.release_graph import ReleaseGraph

SLOTS = 23


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What people write in a fleet; nothing is run."""
    made = tmp_path_factory.mktemp("fleet")
    gates = made / "gates"
    gates.mkdir()
    for name in ("suites", "suites.toml"):
        (gates / name).symlink_to(ROOT / "gates" / name)
    shutil.copytree(ROOT / "gates/policy", gates / "policy")
    (gates / "policy/rampart--tiny--onnx-q4.toml").unlink()
    files.write_policy(made)
    files.write_queue(made, SLOTS)
    return made


def _tasks(root: Path) -> list[Task]:
    """Tasks of doit that make something."""
    made = ReleaseTasks(ReleaseGraph(open_context(root, quiet=True)))
    return [task for task in generate_tasks("pipeline", made.task_pipeline()) if task.targets]


def test_peers_get_the_graph_that_doit_gets(root: Path) -> None:
    """As many tasks, each made from as many products of others."""
    ours = Counter(len(task.file_dep) for task in _tasks(root))
    made = {node.target for node in graph(SLOTS)}
    theirs = Counter(len(made & set(node.made_from)) for node in graph(SLOTS))
    assert ours == theirs


def test_one_policy_judges_every_slot_on_suites_that_stay(root: Path) -> None:
    """A suite that is new every week would give a run something to do."""
    inputs = open_context(root, quiet=True).inputs
    policies = {inputs.policy(row.slot).name for row in inputs.queue()}
    assert policies == {"default"}
    assert inputs.policy(files.slot_of(0)).suites == files.SUITES


def test_every_build_has_a_digest_of_its_own_and_runs_as_its_variant(tmp_path: Path) -> None:
    """The bytes differ for every slot and build; their size and meaning only by variant."""
    (tmp_path / "gates").mkdir()
    profile = parse(
        RunnerProfile, (ROOT / "gates/profiles/rampart.json").read_bytes(), what="profile"
    )
    base = profile.model_dump(mode="json", by_alias=True)
    seen: set[bytes] = set()
    sizes: dict[int, set[int]] = {}
    meant: dict[int, set[RunnerProfile]] = {}
    for number in (0, 1, 2, 3, 2264, 2265):
        for build in (1, 2):
            variant = number % 2
            files.write_profile(tmp_path, number, variant=variant, build=build, base=base)
            content = (tmp_path / files.profile_name(number)).read_bytes()
            assert content not in seen
            seen.add(content)
            sizes.setdefault(variant, set()).add(len(content))
            meant.setdefault(variant, set()).add(parse(RunnerProfile, content, what="profile"))
    assert [len(sizes[variant]) for variant in (0, 1)] == [1, 1]
    assert [len(meant[variant]) for variant in (0, 1)] == [1, 1]
    assert meant[0] != meant[1]


def test_what_is_written_in_a_copy_leaves_the_fleet_alone(tmp_path: Path) -> None:
    """Files of a copy are links."""
    fleet, copy = tmp_path / "fleet", tmp_path / "copy"
    name = files.profile_name(0)
    base: dict[str, object] = {"tokens": {"threshold": 0.5}}
    (fleet / "gates").mkdir(parents=True)
    files.write_profile(fleet, 0, variant=0, build=1, base=base)
    before = (fleet / name).read_bytes()
    shutil.copytree(fleet, copy, copy_function=os.link)
    files.write_profile(copy, 0, variant=0, build=2, base=base)
    assert (fleet / name).read_bytes() == before != (copy / name).read_bytes()


def test_equal_files_of_trees_are_kept_once(tmp_path: Path) -> None:
    """One that differs stays, and a tree stays read-only."""
    like, tree = tmp_path / "like", tmp_path / "tree"
    for folder, profile in ((like, b"1"), (tree, b"2")):
        folder.mkdir()
        (folder / "model.onnx").write_bytes(b"weights")
        (folder / "runner_profile.json").write_bytes(profile)
    tree.chmod(0o555)
    share_files((tree,), like)
    assert (tree / "model.onnx").samefile(like / "model.onnx")
    assert (tree / "runner_profile.json").read_bytes() == b"2"
    assert stat.S_IMODE(tree.stat().st_mode) == 0o555


def test_the_picture_has_a_point_for_every_size_of_every_program() -> None:
    """And says whose line is whose."""
    lines = {"ninja & make": [(20, 0.01), (200, 0.02)], "run": [(20, 3.0), (200, 30.0)]}
    tree = ET.fromstring(picture(lines, title="t"))  # noqa: S314 - written here
    space = "{http://www.w3.org/2000/svg}"
    assert len(tree.findall(f"{space}circle")) == 4
    told = [text.text or "" for text in tree.findall(f"{space}text")]
    assert all(any(word.startswith(name) for word in told) for name in lines)
