"""A candidate's code is in its artifact: at staging, when it runs, and at serving time."""

import json
import os
from importlib.metadata import version
from pathlib import Path

import pytest
from support import builders
from support.places import Place

from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import tree_digest
from openmed.domain.inference.predictions import DocumentPredictions, Runtime
from openmed.domain.inference.profile import FILE_NAME, LabelRule, RunnerProfile, SpanSource
from openmed.domain.ledger.changes import Promoted
from openmed.domain.text.span import Document
from openmed.domain.wire import plain
from openmed.errors import EvidenceError, OpenMedError

RULES = (LabelRule(model="NAME", canonical="PATIENT_NAME"),)
ELSEWHERE = ("python3", "/elsewhere/serve.py")
ECHO = """
import json, sys
{imports}
for line in sys.stdin:
    print(json.dumps({{"id": json.loads(line)["id"], "spans": []}}), flush=True)
"""
FINDER = "{imports}\ndef find(text):\n    {late}\n    return []\n"


def _profile(runner: str = "subprocess-jsonl", **changes: object) -> RunnerProfile:
    how = {"command": ("python3", "main.py")} if runner != "callable" else {"function": "main:find"}
    spans = SpanSource.model_validate({**how, "label_map": RULES, **changes})
    return RunnerProfile(runner=runner, deterministic=True, spans=spans)


def _answers(
    folder: Path, profile: RunnerProfile, *, text: str = "Ann"
) -> tuple[DocumentPredictions, ...]:
    document = Document(
        id="d-1", language="en", family="f", slice="base", smoke=False, text=text, spans=()
    )
    runners = WorkerRunners(homes=folder.parent / "homes")
    log = str(folder.parent / "log")
    with runners.open(str(folder), profile, log=log, timeout=60) as session:
        return session.predict((document,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An artifact."""
    place = tmp_path / "artifact"
    place.mkdir()
    return place


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of somebody's modules, on the path of whoever looks there."""
    place = tmp_path / "outside"
    place.mkdir()
    (place / "helper.py").write_text("VALUE = 1\n")
    monkeypatch.setenv("PYTHONPATH", str(place))
    return place


def _candidate(root: Path, profile: dict[str, object]) -> Candidate:
    source = root / "model"
    source.mkdir()
    (source / "main.py").write_text(ECHO.format(imports=""))
    (source / FILE_NAME).write_text(json.dumps(profile))
    return Candidate.model_validate_json(
        json.dumps({**plain_row(), "source": "file:model", "max_bytes": 100_000})
    )


def plain_row() -> dict[str, object]:
    """The row of a candidate."""
    row = plain(builders.a_candidate())
    assert isinstance(row, dict)
    return {**row}


@pytest.mark.parametrize("command", [ELSEWHERE, ("sh", "-c", "python3 /x"), ("python3", "-c", "x")])
def test_staging_refuses_code_of_elsewhere(tmp_path: Path, command: tuple[str, ...]) -> None:
    """One sentence: whose, what it names, what is wanted, what to do."""
    place = Place(tmp_path)
    table = plain(_profile(command=command))
    assert isinstance(table, dict)
    candidate = _candidate(tmp_path, {**table})
    with pytest.raises(EvidenceError) as caught:
        place.world.sources.stage(candidate)
    assert caught.value.message.startswith(f"{candidate.slot}: the command ")
    assert "wanted python3 and a script of the artifact" in caught.value.message
    assert "runners.md" in caught.value.next_step


def test_staging_takes_code_of_the_artifact(tmp_path: Path) -> None:
    """As it was."""
    table = plain(_profile())
    assert isinstance(table, dict)
    files = Place(tmp_path).world.sources.stage(_candidate(tmp_path, {**table}))
    assert [file.path for file in files] == ["main.py", FILE_NAME]


def test_what_was_staged_before_is_refused_when_it_is_measured(tmp_path: Path) -> None:
    """By an engine that did not look: no traceback, the same sentence."""
    place = Place(tmp_path)
    profile = json.dumps(plain(_profile(command=ELSEWHERE)))
    with place.store.scratch() as scratch:
        (scratch / "kept").mkdir()
        (scratch / "kept" / FILE_NAME).write_text(profile)
        files = place.store.admit(scratch / "kept")
    with pytest.raises(EvidenceError, match=r"runs '/elsewhere/serve.py', which is no file of the"):
        place.store.profile(tree_digest(files))


def test_the_runner_looks_itself(folder: Path) -> None:
    """Whoever calls it."""
    with pytest.raises(OpenMedError, match="which is no file of the artifact"):
        _answers(folder, _profile(command=ELSEWHERE))


@pytest.mark.parametrize(
    ("imports", "works"),
    [("import csv, decimal", True), ("import helping", True), ("import numpy", False)],
)
@pytest.mark.usefixtures("outside")
def test_a_program_has_the_standard_library_and_its_own(
    folder: Path, imports: str, *, works: bool
) -> None:
    """No package that happens to be installed here."""
    (folder / "main.py").write_text(ECHO.format(imports=imports))
    (folder / "helping.py").write_text("")
    if works:
        assert _answers(folder, _profile())[0].fault == ""
        return
    with pytest.raises(OpenMedError, match="does not answer as it should"):
        _answers(folder, _profile())


def test_a_program_has_what_it_pins(folder: Path) -> None:
    """In the version that is pinned."""
    (folder / "main.py").write_text(ECHO.format(imports="import numpy"))
    pinned = _profile(packages=(f"numpy=={version('numpy')}",))
    assert _answers(folder, pinned)[0].fault == ""


CALLABLES = {
    "standard library": ("import sqlite3, xml.dom.minidom", (), ""),
    "its own": ("import helping", (), ""),
    "after one that is optional": (
        "try:\n    import pytest\nexcept ImportError:\n    pass\nimport nervaluate",
        (),
        "imports nervaluate, which is neither in the artifact",
    ),
    "asked for": (
        "import importlib.util\nassert importlib.util.find_spec('nervaluate') is not None",
        (),
        "",
    ),
    "not pinned": ("import nervaluate", (), "imports nervaluate, which is neither in the artifact"),
    "pinned": ("import nervaluate", ("nervaluate",), ""),
    "needed by what is pinned": ("import pandas", ("nervaluate",), None),
}


@pytest.mark.parametrize("name", sorted(CALLABLES))
def test_a_function_imports_what_is_its_own_or_pinned(folder: Path, name: str) -> None:
    """And what that needs; everything else by name, before any document."""
    imports, packages, fault = CALLABLES[name]
    (folder / "main.py").write_text(FINDER.format(imports=imports, late="pass"))
    (folder / "helping.py").write_text("")
    pins = tuple(f"{package}=={version(package)}" for package in packages)
    profile = _profile("callable", packages=pins)
    if not fault:
        if fault is None:
            pytest.importorskip("pandas")
        assert _answers(folder, profile)[0].fault == ""
        return
    with pytest.raises(OpenMedError, match=fault):
        _answers(folder, profile)


@pytest.mark.parametrize(
    "late",
    ["import nervaluate", "import sys; sys.path.insert(0, {outside!r}); import helper"],
)
def test_a_late_import_fails_the_document(folder: Path, outside: Path, late: str) -> None:
    """By its kind only."""
    code = FINDER.format(imports="", late=late.format(outside=str(outside)))
    (folder / "main.py").write_text(code)
    assert _answers(folder, _profile("callable"))[0].fault in (
        "OutsideImportError",
        # The jail does not even let it be found.
        "ModuleNotFoundError",
    )


class Served:
    """Released bytes of which nothing is wrong but their code."""

    def __init__(self, place: Place) -> None:
        """Remember the place."""
        self._bytes = place.world.released_bytes

    def __getattr__(self, name: str) -> object:
        """Everything else is as it is."""
        return getattr(self._bytes, name)

    def code_fault(self, release: Promoted) -> str:
        """What an older engine let through."""
        del release
        return "the command runs '/elsewhere/serve.py', which is no file of the artifact"


def test_verify_names_a_live_release_whose_code_is_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hostile 4: its bytes are whole, and what runs is not among them."""
    runtime = Runtime(runner="subprocess-jsonl", code=builders.HEX, packages=())
    monkeypatch.setattr(builders, "A_RUNTIME", runtime)
    place = Place(tmp_path)
    place.release(b"released")
    assert place.verify().faults == ()
    monkeypatch.setattr(type(place.world.released_bytes), "code_fault", Served.code_fault)
    (fault,) = place.verify().faults
    assert fault.startswith(f"{builders.SLOT} generation 1: the command runs '/elsewhere/serve.py'")


@pytest.mark.parametrize(
    ("command", "is_outside"), [(ELSEWHERE, True), (("python3", "a.py"), False)]
)
def test_the_profile_that_is_served_is_read(
    tmp_path: Path, command: tuple[str, ...], *, is_outside: bool
) -> None:
    """From the registry, whatever is staged here."""
    place = Place(tmp_path)
    place.release(b"released")
    with place.store.scratch() as scratch:
        (scratch / "kept").mkdir()
        (scratch / "kept" / "a.py").write_text("")
        profile = json.dumps(plain(_profile(command=command)))
        (scratch / "kept" / FILE_NAME).write_text(profile)
        files = place.store.admit(scratch / "kept")
    artifact = tree_digest(files)
    place.registry.put(artifact, files)
    (live,) = place.releases.state().live
    table = plain(live.release)
    assert isinstance(table, dict)
    changed = {**table, "artifact": artifact, "files": [plain(file) for file in files]}
    release = Promoted.model_validate_json(json.dumps(changed))
    fault = place.world.released_bytes.code_fault(release)
    assert ("/elsewhere/serve.py" in fault) == is_outside
    assert not is_outside or os.fspath(tmp_path) not in fault
