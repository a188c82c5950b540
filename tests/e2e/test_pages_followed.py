"""README and the page about one's own model, followed to the letter in a fresh repository."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.page_commands import Ran, Step, is_as_said, run, steps_of
from support.repositories import ROOT, Repository

PAGES = ("README.md", "docs/your-own-model.md")
RECIPE = "gates/recipes/pii-tiny"
PROFILE = "gates/profiles/rampart.json"
COPY = """import pathlib, shutil, sys
given = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
made = pathlib.Path(__file__).parent / "made" / given["--build"]
shutil.copytree(made, given["--out"], dirs_exist_ok=True)
"""
"""Stands in for the recipe's script: the bytes that this script makes, made before."""


def _virtual_environment(root: Path) -> None:
    """What `make` would install: the packages of this process under the repository's own folder."""
    here, binaries = Path(sys.prefix), root / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (root / ".venv" / "lib").symlink_to(here / "lib")
    shutil.copy(here / "pyvenv.cfg", root / ".venv" / "pyvenv.cfg")
    (binaries / "python").symlink_to(sys.executable)
    for name in ("openmed", "doit", "nox"):
        _, _, code = (here / "bin" / name).read_text(encoding="utf-8").partition("\n")
        (binaries / name).write_text(f"#!{binaries / 'python'}\n{code}", encoding="utf-8")
        (binaries / name).chmod(0o755)
    (binaries / "activate").write_text(f'export PATH="{binaries}:$PATH"\n', encoding="utf-8")
    shutil.copytree(ROOT / "requirements", root / "requirements")
    for name in ("Makefile", "pyproject.toml", ".gitignore"):
        shutil.copy(ROOT / name, root / name)
    for path in (root / "requirements" / "release.txt", root / "pyproject.toml"):
        os.utime(path, (0, 0))
    (root / ".venv" / ".release-installed").touch()


def _path_without_us() -> str:
    """A reader's: `openmed` is found only after the page has put it there."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(f for f in folders if not (Path(f) / "openmed").exists())


@pytest.fixture
def fresh(
    new_repository: Callable[[], Repository], good_model: Path, worse_model: Path
) -> Repository:
    """A checkout in which nothing was released.

    The tiny model is built from its recipe, whose script hands out what this run has trained
    already. In Rampart's slot is the tiny model, under Rampart's row and profile: no network.
    """
    made = new_repository()
    policy = made.root / "gates" / "policy" / "pii--tiny--onnx.toml"
    strict = policy.read_text(encoding="utf-8")
    catalogue = (made.root / "models.jsonl").read_text(encoding="utf-8")
    queue = made.root / "gates" / "candidates.toml"
    made.make_quick()
    made.add_slot(
        "rampart::tiny::onnx-q4", "file:models/tiny",
        profile=f'"{PROFILE}"', attribution='"its authors"',
    )  # fmt: skip
    head, licence, tail = queue.read_text(encoding="utf-8").rpartition('licence = "Apache-2.0"')
    queue.write_text(head + licence.replace("Apache-2.0", "CC-BY-4.0") + tail, encoding="utf-8")
    policy.write_text(strict, encoding="utf-8")
    (made.root / "models.jsonl").write_text(catalogue, encoding="utf-8")
    made.edit("gates/candidates.toml", "file:models/tiny", f"recipe:{RECIPE}")
    profile = made.root / "models" / "tiny" / "runner_profile.json"
    (made.root / PROFILE).parent.mkdir()
    shutil.move(profile, made.root / PROFILE)
    made.edit(PROFILE, '"max_padded_tokens": 1024', '"max_padded_tokens": 512')
    shutil.copytree(ROOT / RECIPE, made.root / RECIPE, ignore=shutil.ignore_patterns("__pycache__"))
    # A recipe sees its own folder only.
    for model in (good_model, worse_model):
        shutil.copytree(model, made.root / RECIPE / "made" / model.name)
    (made.root / RECIPE / "train.py").write_text(COPY, encoding="utf-8")
    _virtual_environment(made.root)
    git = ("git", "-c", "user.name=reader", "-c", "user.email=reader@example.org")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "A fresh checkout"]):
        subprocess.run([*git, *words], cwd=made.root, check=True, timeout=60)
    return made


def _complaint(ran: Ran) -> str:
    return f"$ {ran.step.command}\nexit code {ran.code}\n{ran.stdout}{ran.stderr[-2000:]}"


@pytest.mark.timeout(900)
def test_every_command_works_and_prints_what_the_page_says(
    fresh: Repository, tmp_path: Path
) -> None:
    """In the order written; each ends with 0."""
    steps = [s for page in PAGES for s in steps_of((ROOT / page).read_text(encoding="utf-8"))]
    scratch = tmp_path / "said"
    scratch.mkdir()
    env = {**fresh.environment, "PATH": _path_without_us(), "COLUMNS": "200"}
    done = run(steps, folder=fresh.root, scratch=scratch, env=env)
    assert [_complaint(ran) for ran in done if ran.code != 0] == []
    expected = [ran for ran in done if ran.step.prints is not None]
    assert len(expected) > len(PAGES)
    assert [
        f"the page says:\n{ran.step.prints}\n{_complaint(ran)}"
        for ran in expected
        if not is_as_said(ran.step.prints or "", ran.stdout)
    ] == []


PAGE = """
```console
one --x   # why
cat <<'END'
a  # kept
END
```
<!-- not run: slow -->
```console
two
```
<!-- prints: one --x -->
```
3 of 12 rows  0123456789abcdef
…
next: …
```
"""


def test_a_page_is_read_as_it_is_written() -> None:
    """Comments go, texts of files stay, what is not run is left out."""
    first, second = steps_of(PAGE)
    assert (first.command, second) == ("one --x", Step("cat <<'END'\na  # kept\nEND", None))
    said = first.prints or ""
    assert is_as_said(said, "4 of 5 rows      fedcba9876543210\nmore\nmore\nnext: go on\n")
    for wrong in (
        "4 of 5 rows  fedcba9876543210\n",
        "4 of five rows  fedcba9876543210\nnext: go on\n",
        "4 of 5 rows  fedcba98\nnext: go on\n",
        "and 4 of 5 rows  fedcba9876543210\nnext: go on\n",
    ):
        assert not is_as_said(said, wrong)
    assert not is_as_said("all passed\n", "all passed\nand more\n")


def test_words_of_no_command_are_told() -> None:
    """A page that says what nobody printed."""
    with pytest.raises(AssertionError, match="no command 'three'"):
        steps_of("<!-- prints: three -->\n```\nwords\n```\n")
