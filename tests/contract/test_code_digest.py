"""Digests of code: what decides changes them, prose and moved files do not."""

import json
import shutil
import subprocess
import sys
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest
from support.operators import operator_mutants, value_mutants
from support.repositories import ROOT

from openmed.adapters.code import code_roots
from openmed.adapters.code import entry_points as groups
from openmed.adapters.code.code_digest import NOT_COMPUTING, CodeDigests, CodeRoots, computing
from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.code.source_text import SourceFacts, facts_of
from openmed.adapters.runners.installed_runners import roots_of, runner_type
from openmed.errors import UsageError

RUNNERS = tuple(sorted(entry.name for entry in entry_points(group=groups.RUNNERS)))
ROOTS: dict[str, CodeRoots] = {
    "scorer": code_roots.SCORER,
    "performance": code_roots.PERFORMANCE,
    "gates": code_roots.GATES,
    "pages": code_roots.PAGES,
    **{name: roots_of(runner_type(name)) for name in RUNNERS},
}
CLOSURES = {
    name: CodeDigests(SourceFiles()).closure(roots.modules) for name, roots in ROOTS.items()
}
MODULES = sorted({module for closure in CLOSURES.values() for module in closure})


class Sources(SourceFiles):
    """Reads each source once, but those that were forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[Path, SourceFacts] = {}

    def facts(self, path: Path) -> SourceFacts:
        """As the real one, without looking whether the file changed."""
        if path not in self.known:
            self.known[path] = facts_of(path.read_bytes())
        return self.known[path]


class Copy:
    """A copy of the package that a test may change."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "openmed"
        shutil.copytree(
            ROOT / "openmed", self.root, ignore=shutil.ignore_patterns("__pycache__", "corpus")
        )
        self._sources = Sources()
        self._digests = CodeDigests(self._sources, package=self.root)

    def path(self, module: str) -> Path:
        """Source of a module."""
        place = self.root.joinpath(*module.split(".")[1:])
        return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")

    def write(self, path: Path, content: bytes) -> None:
        """Change a file."""
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        self._sources.known.pop(path, None)

    def digests(self) -> dict[str, str]:
        """Every digest, by name."""
        return {name: self._digests.digest(roots) for name, roots in ROOTS.items()}

    def changed(self, name: str, old: str, new: str) -> set[str]:
        """Which digests change with one replacement in a file."""
        before, path = self.digests(), self.root / name
        text = path.read_text(encoding="utf-8")
        assert 1 == text.count(old)
        self.write(path, text.replace(old, new).encode())
        after = self.digests()
        return {name for name in ROOTS if before[name] != after[name]}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A fresh copy."""
    return Copy(tmp_path)


def _one_change(source: bytes) -> bytes:
    mutants = (*operator_mutants(source), *value_mutants(source))
    return mutants[0].source if mutants else source


def test_one_change_in_any_module_changes_what_uses_it(copy: Copy) -> None:
    """An operator; a value where a module has none. The digests of the others stay."""
    before, without_code = copy.digests(), []
    for module in MODULES:
        path = copy.path(module)
        source = path.read_bytes()
        if not facts_of(source).text:
            without_code.append(module)
            continue
        copy.write(path, _one_change(source))
        after = copy.digests()
        copy.write(path, source)
        users = {name for name, closure in CLOSURES.items() if module in closure}
        assert (module, users) == (module, {n for n in ROOTS if before[n] != after[n]})
    assert before == copy.digests()
    assert all(copy.path(module).name == "__init__.py" for module in without_code)


@pytest.mark.parametrize("module", MODULES)
def test_every_operator_counts(module: str) -> None:
    """Each of them changes what is digested of its module."""
    source = (ROOT / Path(*module.split("."))).with_suffix(".py")
    if not source.is_file():
        source = ROOT.joinpath(*module.split("."), "__init__.py")
    facts = facts_of(source.read_bytes())
    for mutant in operator_mutants(source.read_bytes()):
        try:
            assert facts != facts_of(mutant.source), f"{source}:{mutant.line}"
        except SyntaxError:
            pytest.fail(f"no Python: {source}:{mutant.line}")


def test_prose_changes_nothing(copy: Copy) -> None:
    """A comment, a docstring, blank lines in every module of the package."""
    before = copy.digests()
    for path in copy.root.rglob("*.py"):
        source = path.read_bytes().replace(b'"""', b'"""More. ', 1) if _has_docstring(path) else b""
        copy.write(path, (source or path.read_bytes()) + b'\n\n# A remark.\n\n"""Done."""\n')
    assert before == copy.digests()


def _has_docstring(path: Path) -> bool:
    return path.read_bytes().startswith(b'"""')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("domain.evaluation.scoring.statistics", "domain.evaluation.scoring.tables.intervals"),
        # Others import it as a module, so its own name stands in their text.
        ("domain.text.check_digits", "domain.text.sums.check_digits"),
    ],
)
def test_a_moved_file_changes_nothing(copy: Copy, old: str, new: str) -> None:
    """Neither its name, nor its folder, nor the imports of others count."""
    before = copy.digests()
    source = copy.root.joinpath(*old.split(".")).with_suffix(".py")
    target = copy.root.joinpath(*new.split(".")).with_suffix(".py")
    copy.write(target.with_name("__init__.py"), b'"""A new folder."""\n')
    copy.write(target, source.read_bytes())
    source.unlink()
    moved = 0
    for path in copy.root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        changed = _with_imports(text, f"openmed.{old}", f"openmed.{new}")
        if changed != text:
            copy.write(path, changed.encode())
            moved += 1
    assert moved >= 2
    assert before == copy.digests()


def _with_imports(text: str, old: str, new: str) -> str:
    (above, name), (target, _) = old.rsplit(".", 1), new.rsplit(".", 1)
    text = text.replace(f"from {above} import {name}\n", f"from {target} import {name}\n")
    return text.replace(f"from {old} import", f"from {new} import")


RUN_A_MODEL = {"onnx", "transformers"}


def _more(before: str) -> tuple[str, str]:
    """One more statement before another."""
    return before, f"ADDED = 1\n\n\n{before}"


CASES: dict[str, tuple[str, str, str, set[str]]] = {
    "a check digit": (
        "domain/text/check_digits.py",
        "return digits.isdecimal() and luhn_digit(digits[:-1]) == digits[-1]",
        "return False",
        {"scorer"},
    ),
    "a count": ("domain/evaluation/scoring/score.py", *_more("def score("), {"scorer"}),
    "the decoding": ("domain/inference/decoding.py", *_more("def locate("), RUN_A_MODEL),
    "a runner": ("adapters/runners/onnx.py", "_RANK = 3", "_RANK = 4", {"onnx"}),
    "the worker": ("adapters/runners/worker.py", "len(texts) == 1", "len(texts) == 2", {*RUNNERS}),
    "the timing": ("domain/evaluation/timing.py", "- start", "+ start", {"performance"}),
    "a gate": ("domain/gates/rules/memory.py", *_more("class Memory:"), {"gates"}),
    "a renderer": ("domain/pages/status.py", *_more("def render_status("), {"pages"}),
    "a template": ("templates/status.html.j2", "{% extends", "{# #}{% extends", {"pages"}),
    "the command line": ("cli/main.py", *_more("def run("), set()),
    "how a worker starts": ("adapters/runners/worker_main.py", *_more("def main("), set()),
    "how digests are made": ("adapters/code/code_digest.py", *_more("def computing("), set()),
    "the version": ("version.py", '__version__ = "', '__version__ = "9', set()),
}


@pytest.mark.parametrize("what", CASES)
def test_only_what_hangs_on_it_changes(copy: Copy, what: str) -> None:
    """Each digest covers its own closure and no more."""
    name, old, new, expected = CASES[what]
    assert expected == copy.changed(name, old, new)


def test_an_import_from_elsewhere_changes_it(copy: Copy) -> None:
    """Two modules of one closure trade places in an import."""
    first = "from openmed.domain.evaluation.scoring.tally import"
    path = copy.root / "domain/evaluation/scoring/score.py"
    assert first in path.read_text(encoding="utf-8")
    changed = copy.changed(
        "domain/evaluation/scoring/score.py", first,
        "from openmed.domain.evaluation.scoring.cover import",
    )  # fmt: skip
    assert {"scorer"} == changed


@pytest.mark.parametrize("name", ROOTS)
def test_what_is_loaded_is_covered(name: str) -> None:
    """A fresh interpreter that imports the roots loads nothing of ours beside the closure."""
    code = (
        "import importlib, json, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print(json.dumps([n for n in sys.modules if n.partition('.')[0] == 'openmed']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *ROOTS[name].modules],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(json.loads(done.stdout)) - set(CLOSURES[name]) == set()


def test_versions_of_what_computes_count() -> None:
    """Those of scorer, gates and pages are found by their imports; a runner names its own."""

    def other(name: str) -> str:
        return "0" if name == "numpy" else version(name)

    now, then = CodeDigests(SourceFiles()), CodeDigests(SourceFiles(), version_of=other)
    for name in ("scorer", "gates"):
        assert {"numpy", "scipy"} == computing(CLOSURES[name])
        assert now.digest(ROOTS[name]) != then.digest(ROOTS[name])
    assert "jinja2" in computing(CLOSURES["pages"])
    for name in RUNNERS:
        assert computing(CLOSURES[name]) <= set(runner_type(name).distributions)


def test_what_does_not_compute_is_ours() -> None:
    """The short list of what is left out names packages that are there."""
    outside = {
        binding.module.partition(".")[0]
        for closure in CLOSURES.values()
        for module in closure.values()
        for target, binding in module.imports
        if target is None
    }
    assert NOT_COMPUTING <= outside


def test_characters_count_where_text_is_read() -> None:
    """A Python with another table of characters may find other spans."""
    digests, roots = CodeDigests(SourceFiles()), code_roots.SCORER
    assert digests.digest(roots) != digests.digest(roots._replace(reads_text=False))
    assert {*RUNNERS, "scorer"} == {name for name, roots in ROOTS.items() if roots.reads_text}


def test_a_root_that_is_not_there_is_refused() -> None:
    """Never a digest of nothing."""
    with pytest.raises(UsageError, match=r"the source of openmed\.nope cannot be found"):
        CodeDigests(SourceFiles()).digest(CodeRoots(modules=("openmed.nope",)))
