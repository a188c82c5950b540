"""House rules that no linter knows."""

import enum
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
import types
import typing
from pathlib import Path

import pytest
from pydantic import BaseModel
from support.repositories import ROOT

import openmed.domain
from openmed.domain.frozen import Frozen
from openmed.domain.gates.rules import GATES

SCALARS = (str, int, float, bool, type(None))


def _tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout: git ls-files failed")
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_gate_has_its_five_names() -> None:
    """Id, module, policy table, docs heading, test module, cases."""
    docs = (ROOT / "docs" / "reference" / "gates.md").read_text(encoding="utf-8")
    policy = (ROOT / "gates" / "policy" / "default.toml").read_text(encoding="utf-8")
    for gate in GATES:
        assert type(gate).__module__ == f"openmed.domain.gates.rules.{gate.id}"
        assert f"\n## {gate.id}\n" in docs
        assert f"\n[gates.{gate.id}]\n" in policy
        assert (ROOT / f"tests/unit/domain/gates/rules/test_{gate.id}.py").is_file()
        assert list((ROOT / "tests" / "cases" / "gates" / gate.id).glob("*.toml"))


def test_our_gates_are_registered_like_those_of_others() -> None:
    """By entry point, under their ids, in the order pages list them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {gate.id: f"{type(gate).__module__}:{type(gate).__name__}" for gate in GATES}
    assert list(project["entry-points"]["openmed.gates"].items()) == list(wanted.items())


def test_every_gate_file_is_a_gate() -> None:
    """What lies in the folder is in the list."""
    names = {m.name for m in pkgutil.iter_modules([str(ROOT / "openmed/domain/gates/rules")])}
    assert names == {gate.id for gate in GATES}


def test_importing_the_package_starts_nothing() -> None:
    """It loads its version, and none of what it stands on."""
    code = (
        "import sys, openmed; heavy = {'pydantic', 'numpy', 'doit', 'click', 'jinja2', 'scipy'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_line_loads_a_command_only_when_it_is_named() -> None:
    """Help and completion stay quick."""
    code = (
        "import sys, openmed.cli;"
        "heavy = {'pydantic', 'numpy', 'doit', 'jinja2', 'scipy', 'onnxruntime'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _values() -> list[type[Frozen]]:
    for module in pkgutil.walk_packages(openmed.domain.__path__, "openmed.domain."):
        importlib.import_module(module.name)
    found: list[type[Frozen]] = []
    pending = [Frozen]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if kind is not Frozen and kind.__module__.startswith("openmed."):
            found.append(kind)
    return found


def _is_frozen_down(annotation: object) -> bool:
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _is_frozen_down(arguments[0])
    if origin is typing.Literal:
        return True
    if isinstance(annotation, typing.TypeVar):
        return _is_frozen_down(annotation.__bound__)
    if origin in {tuple, frozenset, typing.Union, types.UnionType}:
        return all(_is_frozen_down(a) for a in arguments if a is not ...)
    if isinstance(annotation, type):
        return annotation in SCALARS or issubclass(annotation, (enum.Enum, Frozen))
    return False


def test_every_value_is_frozen_all_the_way_down() -> None:
    """Scalars, enums, tuples, frozensets and values; no list, dict, set or Any."""
    loose = [
        f"{kind.__name__}.{name}"
        for kind in _values()
        for name, field in kind.model_fields.items()
        if not _is_frozen_down(field.annotation)
    ]
    assert loose == []


def test_every_value_of_the_domain_is_frozen() -> None:
    """Nothing in the core is a bare pydantic model."""
    bare = [k for k in BaseModel.__subclasses__() if k.__module__.startswith("openmed.")]
    assert bare == [Frozen]


def test_exceptions_to_a_check_say_which_and_why() -> None:
    """No bare `noqa`, no bare `type: ignore`; a `noqa` has its reason."""
    bare = re.compile(r"# noqa(?!: [A-Z]+\d+)|# type: ignore(?!\[)")
    unexplained = re.compile(r"# noqa: [A-Z0-9, ]+$")
    files = [p for p in _tracked() if p.suffix == ".py" and p != Path(__file__)]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line) or unexplained.search(line)
    ]
    assert found == []


def test_no_address_of_a_registry_and_no_path_of_a_machine_is_committed() -> None:
    """What is committed runs anywhere."""
    machine = re.compile(
        r"https?://[^\s\"')]*/simple\b|^\s*--(extra-)?index-url|^\s*--find-links|"
        + re.escape(str(ROOT))
        + r"/",
        re.MULTILINE,
    )
    found = [
        path.relative_to(ROOT).as_posix()
        for path in _tracked()
        if path != Path(__file__)
        and path.stat().st_size < 2_000_000
        and machine.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_requirements_are_pinned_by_hash() -> None:
    """Every package, and nothing but packages."""
    for name in ("release", "dev", "oracles"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=\S)", text.strip())
        loose = [b.split()[0] for b in blocks if "==" not in b or "--hash=sha256:" not in b]
        assert loose == []


def test_every_command_shown_in_the_readme_exists() -> None:
    """`make …` and `openmed …` lines of the README are real."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", readme, re.MULTILINE)) <= targets
    for line in re.findall(r"^(?:\.venv/bin/)?openmed ([^\n]*)", readme, re.MULTILINE):
        words = re.findall(r"^[a-z]+(?: [a-z]+)?", line)[0].split()
        done = subprocess.run(
            [sys.executable, "-m", "openmed", *words, "--help"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, line
