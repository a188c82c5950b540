"""Gates of other packages: installed for real, into a folder of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.repositories import ROOT, Repository

SLOT = "pii::tiny::onnx"
TABLE = """
[gates.smallest_suite]
reason = "a test"
suite = "smoke"
documents = {documents}
"""


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder the example is installed into."""
    place = tmp_path_factory.mktemp("plugin")
    source = place / "source"
    shutil.copytree(ROOT / "examples" / "gate-plugin", source)
    return _install(source, place / "installed")


def _install(source: Path, target: Path) -> Path:
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    return target


@pytest.fixture
def quick(repository: Repository) -> Repository:
    """Judged on 31 documents."""
    repository.make_quick()
    return repository


def _name_it(repository: Repository, *, documents: int) -> None:
    policy = repository.root / "gates" / "policy" / "pii--tiny--onnx.toml"
    text = policy.read_text(encoding="utf-8") + TABLE.format(documents=documents)
    policy.write_text(text, encoding="utf-8")


def test_a_policy_that_names_it_is_judged_by_it(quick: Repository, plugin: Path) -> None:
    """It decides like a gate of ours, and its code is a material of the verdict."""
    _name_it(quick, documents=32)
    done = quick.run("release", "run", path=plugin)
    assert done.returncode == 5, done.stdout + done.stderr
    assert "smoke has 31 documents, wanted 32" in done.stdout
    quick.edit("gates/policy/pii--tiny--onnx.toml", "documents = 32", "documents = 31")
    done = quick.run("release", "run", path=plugin)
    assert done.returncode == 0, done.stdout + done.stderr
    assert quick.run("release", "run", path=plugin).returncode == 0
    assert quick.computed() == []
    code = plugin / "example_gate" / "smallest_suite.py"
    code.write_text(code.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert quick.run("release", "run", path=plugin).returncode == 0
    assert f"compare:{SLOT}" in quick.computed()


def test_without_the_package_the_policy_is_refused(quick: Repository) -> None:
    """Exit 2, nothing is run: never judged by fewer gates than the policy names."""
    _name_it(quick, documents=31)
    done = quick.run("release", "run")
    assert (done.returncode, done.stdout) == (2, "")
    assert "policy pii--tiny--onnx: unknown gate smallest_suite; known: " in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("smallest_suite =", "recall_floor =", "the gate recall_floor is registered twice"),
        ("smallest_suite =", "other_name =", "is not a gate: its id is another one"),
        (":SmallestSuite", ":Nothing", "cannot be loaded: AttributeError"),
        (":SmallestSuite", ":Settings", "cannot be loaded: ValidationError"),
    ],
)
def test_a_plugin_that_is_none_is_refused(
    quick: Repository, tmp_path: Path, old: str, new: str, said: str
) -> None:
    """Another's id, an id of its own that is another, nothing to load: exit 2, one sentence."""
    source = tmp_path / "source"
    shutil.copytree(ROOT / "examples" / "gate-plugin", source)
    project = source / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = quick.run("release", "run", path=_install(source, tmp_path / "installed"))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
