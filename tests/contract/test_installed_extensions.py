"""What other packages register is refused or held to the rules, whatever it does."""

import sys
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import pytest
from support import builders
from support.places import Place

from openmed.adapters.code import entry_points
from openmed.adapters.inputs.input_files import FileInputs
from openmed.adapters.runners.installed_runners import runner_type
from openmed.adapters.sources.installed_sources import source_of
from openmed.adapters.suites.installed_layouts import layout_named
from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.suites.jsonl_table import jsonl_rows
from openmed.domain.suites.layouts.layout import SuiteFile, SuiteFiles
from openmed.domain.wire import dump, from_plain, read_table
from openmed.errors import EvidenceError, ExternalError, IntegrityError, OpenMedError, UsageError
from openmed.ports.releasing import Registry

PRIVATE = "Ann Quill 123-45-6789"
Install = Callable[..., None]

LAYOUT = """
from openmed.domain.text.span import Document, GoldSpan

def document(*spans):
    return Document(
        id="a", language="en", family="a", slice="base", smoke=False, text="Ann Quill", spans=spans
    )

def raises(files):
    raise ValueError(files.files[0].data.decode())

def lists(files):
    return [document()]

def outside(files):
    return (document(GoldSpan(start=0, end=99, label="PATIENT_NAME")),)

def unknown(files):
    return (document(GoldSpan(start=0, end=3, label="NOBODY")),)

def unordered(files):
    one, two = (GoldSpan(start=a, end=b, label="PATIENT_NAME") for a, b in ((0, 3), (4, 9)))
    return (document(two, one),)
"""
SOURCE = """
import os
from openmed.adapters.sources.installed_sources import reference_state

class Source:
    def fault(self, candidate):
        return "this row is odd" if "refuse" in candidate.source else ""
    def state(self, candidate, *, root):
        return reference_state(candidate, "0" * 64)
    def fetch(self, candidate, place):
        (place.target / "kept").mkdir()
        (place.target / "model.onnx").write_bytes(b"x" * 200)
        return self.harm(place.target)
    def harm(self, target):
        return target

class Pickle(Source):
    def harm(self, target):
        (target / "kept" / "weights.safetensors").write_bytes(b"\\x80\\x04abc")
        return target

class Symlink(Source):
    def harm(self, target):
        (target / "kept" / "secret.json").symlink_to("/etc/hostname")
        return target

class Escape(Source):
    def harm(self, target):
        (target.parent / "way").symlink_to("/etc")
        return target.parent / "way"

class Large(Source):
    def harm(self, target):
        (target / "large.onnx").write_bytes(b"x" * 2_000_000)
        return target

class Odd(Source):
    def harm(self, target):
        (target / "a b.onnx").write_bytes(b"x")
        return target

class Fails:
    fault = state = fetch = None
    def __init__(self):
        raise RuntimeError("words of a package")
"""
REGISTRY = """
class Broken:
    where = "a far place"
    def __init__(self, settings, place):
        pass
    def verify(self, artifact, files):
        raise RuntimeError("words of a package")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a package with one entry point and one module where installed ones are found."""
    numbers = iter(range(100))

    def put(group: str, name: str, value: str, *, code: str = "") -> None:
        place = tmp_path / f"site{next(numbers)}"
        facts = place / "odd_package-1.dist-info"
        facts.mkdir(parents=True)
        (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-package\nVersion: 1\n")
        (facts / "entry_points.txt").write_text(f"[{group}]\n{name} = {value}\n")
        (place / "odd_package.py").write_text(code)
        monkeypatch.delitem(sys.modules, "odd_package", raising=False)
        monkeypatch.syspath_prepend(str(place))

    return put


def _candidate(source: str) -> Candidate:
    row = read_table(dump(builders.a_candidate()), what="row")
    return from_plain(Candidate, {**row, "source": source, "max_bytes": 1_000_000}, what="row")


def _files(data: bytes = PRIVATE.encode()) -> SuiteFiles:
    return SuiteFiles("suite x", (SuiteFile("a.txt", data),), jsonl_rows, "exclusive")


OURS = {
    entry_points.LAYOUTS: ("jsonl", layout_named),
    entry_points.RUNNERS: ("onnx", runner_type),
    entry_points.SOURCES: ("file", lambda name: source_of(_candidate(f"{name}:models/a"))),
}


@pytest.mark.parametrize("group", OURS)
def test_nobody_takes_the_name_of_something_of_ours(install: Install, group: str) -> None:
    """Two things under one name are refused, and none of them is loaded."""
    name, find = OURS[group]
    install(group, name, "odd_package:take", code="raise SystemExit('loaded')")
    with pytest.raises(UsageError, match=r"is registered twice: .*odd_package:take"):
        find(name)


@pytest.mark.parametrize("group", OURS)
@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import nowhere_to_be_found", "cannot be loaded: ModuleNotFoundError"),
        ("raise ValueError('words of a package')", "cannot be loaded: ValueError"),
        ("", "cannot be loaded: AttributeError"),
        ("Thing = 3", "is not a "),
    ],
)
def test_what_does_not_load_is_one_sentence(
    install: Install, group: str, code: str, fault: str
) -> None:
    """With the name, the package, and what to do; never the words of the package."""
    install(group, "odd", "odd_package:Thing", code=code)
    with pytest.raises(UsageError) as caught:
        OURS[group][1]("odd")
    assert "odd of odd-package" in caught.value.message
    assert fault in caught.value.message
    assert "words" not in caught.value.message
    assert caught.value.next_step == "repair or uninstall odd-package"


def test_a_registry_takes_no_name_of_ours_either(install: Install, tmp_path: Path) -> None:
    """The local registry is an entry point like the others."""
    install(entry_points.REGISTRIES, "local", "odd_package:Broken", code=REGISTRY)
    with pytest.raises(UsageError, match="the registry 'local' is registered twice"):
        _ = Context(root=tmp_path, now=builders.NOW).registry


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Pickle", "holds pickled data"),
        ("Symlink", "is a symlink; wanted plain files"),
        ("Escape", "gave a symlink, not a folder"),
        ("Large", "more than the declared 1000000 bytes"),
        ("Odd", "the file name 'a b.onnx' is refused"),
    ],
)
def test_what_a_source_brings_is_admitted_like_the_rest(
    install: Install, tmp_path: Path, kind: str, said: str
) -> None:
    """No pickle, no symlink, no way out, no more bytes, no odd name; nothing is staged."""
    install(entry_points.SOURCES, "odd", f"odd_package:{kind}", code=SOURCE)
    world = Context(root=tmp_path, now=builders.NOW, quiet=True)
    with pytest.raises(EvidenceError, match=said):
        world.sources.stage(_candidate("odd:anything"))
    assert world.hoards[0].things() == ()


def test_a_source_stages_what_may_be_staged(install: Install, tmp_path: Path) -> None:
    """And its state makes the parts of the repro_hash."""
    install(entry_points.SOURCES, "odd", "odd_package:Source", code=SOURCE)
    world = Context(root=tmp_path, now=builders.NOW, quiet=True)
    (file,) = world.sources.stage(_candidate("odd:anything"))
    assert (file.path, file.size) == ("model.onnx", 200)
    state = world.sources.state(_candidate("odd:anything"))
    assert state.repro.recipe == f"odd:anything@{'0' * 64}"


def test_a_source_refuses_a_row_before_anything_runs(install: Install, tmp_path: Path) -> None:
    """When the queue is read; one that cannot be made is refused there too."""
    install(entry_points.SOURCES, "odd", "odd_package:Source", code=SOURCE)
    (tmp_path / "gates").mkdir()
    queue = tmp_path / "gates" / "candidates.toml"
    row = (
        '[[candidate]]\nslot = "a::b::c"\ntitle = "A"\nrepo_id = "o/a"\nlabels = ["SSN"]\n'
        'languages = ["en"]\nlicence = "MIT"\nmax_bytes = 1\nsource = "odd:{}"\n'
    )
    queue.write_text(row.format("good"))
    assert FileInputs(tmp_path).queue()[0].scheme == "odd"
    queue.write_text(row.format("refuse"))
    with pytest.raises(UsageError, match=r"candidates\.toml: a::b::c: this row is odd"):
        FileInputs(tmp_path).queue()


def test_a_source_that_cannot_be_made_is_refused(install: Install) -> None:
    """By type of its exception."""
    install(entry_points.SOURCES, "odd", "odd_package:Fails", code=SOURCE)
    with pytest.raises(UsageError, match=r"odd of odd-package cannot be loaded: RuntimeError$"):
        source_of(_candidate("odd:anything"))


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("raises", "suite x: the suite layout odd of odd-package failed: ValueError"),
        ("lists", "gave no documents, or something else"),
        ("outside", "document 1: gold span 0-99 lies outside the text of 9 characters"),
        ("unknown", "document 1: gold span 0-3 has the unknown label NOBODY"),
        ("unordered", "document 1: gold spans are not in order"),
    ],
)
def test_what_a_layout_reads_is_checked(install: Install, function: str, said: str) -> None:
    """And what it raises is not repeated: it may quote a row."""
    install(entry_points.LAYOUTS, "odd", f"odd_package:{function}", code=LAYOUT)
    with pytest.raises(EvidenceError) as caught:
        layout_named("odd")(_files())
    assert said in caught.value.message
    assert "Quill" not in caught.value.message


def _registry(root: Path, text: str | bytes) -> Registry:
    (root / "gates").mkdir(exist_ok=True)
    content = text if isinstance(text, bytes) else text.encode()
    (root / "gates" / "registries.toml").write_bytes(content)
    return Context(root=root, now=builders.NOW).registry


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "something else than"),
        ('[[registry]]\nname = "local"\n[[registry]]\nname = "local"\n', "two tables for"),
        ('[registry]\nname = "local"\n', "something else than"),
        ("[[registry]]\n", "the registry has no name"),
        (
            '[[registry]]\nname = "nowhere"\n',
            "there is no registry 'nowhere' \\(known: hub, local\\)",
        ),
        ('[[registry]]\nname = "local"\ncolour = 1\n', "local has no setting 'colour'"),
        (
            '[[registry]]\nname = "local"\nfolder = 1\n',
            "folder of the registry local is not a path",
        ),
        (b"\xff", "cannot be read as TOML"),
    ],
)
def test_registries_toml_names_registries(tmp_path: Path, text: str | bytes, said: str) -> None:
    """Everything else is one sentence with the file's name."""
    with pytest.raises(UsageError, match=f"^gates/registries.toml.*{said}"):
        _registry(tmp_path, text)


def test_the_local_registry_may_be_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its setting, and by the environment before that; another registry has no such folder."""
    assert _registry(tmp_path, '[[registry]]\nname = "local"\nfolder = "out"\n').where == "out"
    monkeypatch.setenv("OPENMED_REGISTRY", str(tmp_path / "far"))
    assert _registry(tmp_path, '[[registry]]\nname = "local"\nfolder = "out"\n').where == "far"
    with pytest.raises(UsageError, match="OPENMED_REGISTRY is a folder of the registry local"):
        _registry(tmp_path, '[[registry]]\nname = "zip-folder"\nfolder = "out"\n')


def test_what_a_registry_raises_holds_a_slot_back(install: Install, tmp_path: Path) -> None:
    """As an error of the world outside, by its type."""
    install(entry_points.REGISTRIES, "odd", "odd_package:Broken", code=REGISTRY)
    registry = _registry(tmp_path, '[[registry]]\nname = "odd"\n')
    assert registry.where == "a far place"
    with pytest.raises(ExternalError) as caught:
        registry.verify("0" * 64, ())
    assert caught.value.message == "the registry odd of odd-package failed: RuntimeError"


@pytest.fixture(params=["local", "zip-folder"])
def place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    install: Install,
    monkeypatch: pytest.MonkeyPatch,
) -> Place:
    """A release repository with one of two registries and staged bytes."""
    root = tmp_path / "repository"
    (root / "gates").mkdir(parents=True)
    if request.param == "zip-folder":
        examples = Path(__file__).parents[2] / "examples" / "registry-plugin"
        monkeypatch.syspath_prepend(str(examples))
        install(entry_points.REGISTRIES, "zip-folder", "example_registry.zip_folder:ZipFolder")
    table = f'[[registry]]\nname = "{request.param}"\nfolder = "out"\n'
    (root / "gates" / "registries.toml").write_text(table)
    made = Place(root)
    made.stage(b"first")
    return made


ARTIFACT = builders.artifact_of(b"first")
FILES = builders.a_staged(content=b"first").files


class TestEveryRegistry:
    """The same rules for the local one and for the example."""

    def test_a_tree_is_put_verified_and_fetched(self, place: Place, tmp_path: Path) -> None:
        """Twice is once; the bytes come back as they were."""
        with pytest.raises(IntegrityError, match="is gone"):
            place.registry.verify(ARTIFACT, FILES)
        for _ in range(2):
            place.registry.put(ARTIFACT, FILES)
            place.registry.verify(ARTIFACT, FILES)
        (thing,) = place.registry.things()
        assert thing.name == ARTIFACT
        folder = tmp_path / "fetched"
        folder.mkdir()
        place.registry.fetch(ARTIFACT, str(folder))
        got = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert got == builders.contents_of(b"first")

    def test_what_is_gone_is_said(self, place: Place, tmp_path: Path) -> None:
        """To whoever verifies and to whoever fetches; removing twice is nothing."""
        place.registry.put(ARTIFACT, FILES)
        for _ in range(2):
            place.registry.remove(ARTIFACT)
        assert place.registry.things() == ()
        with pytest.raises(IntegrityError, match="are gone from"):
            place.registry.fetch(ARTIFACT, str(tmp_path))

    def test_a_changed_tree_is_found_and_put_again(self, place: Place) -> None:
        """Whatever changed it."""
        place.registry.put(ARTIFACT, FILES)
        files = [path for path in (place.root / "out").rglob("*") if path.is_file()]
        for file in files:
            file.chmod(0o644)
            file.write_bytes(file.read_bytes().replace(b"first", b"worse"))
        with pytest.raises(IntegrityError):
            place.registry.verify(ARTIFACT, FILES)
        place.registry.put(ARTIFACT, FILES)
        place.registry.verify(ARTIFACT, FILES)

    def test_what_is_not_staged_is_not_put(self, place: Place) -> None:
        """Nothing is left under its name."""
        other = builders.artifact_of(b"other")
        with pytest.raises((OpenMedError, OSError)):
            place.registry.put(other, builders.a_staged(content=b"other").files)
        assert place.registry.things() == ()

    def test_unfinished_things_are_swept(self, place: Place) -> None:
        """What a killed run left, under whichever name it works with."""
        place.registry.put(ARTIFACT, FILES)
        folder = next(
            path for path in (place.root / "out").rglob("*") if ARTIFACT in path.name
        ).parent
        for prefix in (".tmp-", "unfinished-"):
            (folder / f"{prefix}x").write_bytes(b"x")
        assert place.registry.sweep() == 1
        place.registry.verify(ARTIFACT, FILES)

    def test_it_says_whether_it_can_be_written(self, place: Place) -> None:
        """Before anything is run."""
        assert (place.registry.where, place.registry.is_writable()) == ("out", True)
        (place.root / "out").write_bytes(b"a file")
        assert not place.registry.is_writable()


def test_only_groups_that_are_loaded_are_declared() -> None:
    """What we register is in the groups the engine loads from, in each of them, and loads."""
    entries = [e for e in distribution("openmed-release").entry_points if "openmed." in e.group]
    assert {entry.group for entry in entries} == set(entry_points.GROUPS)
    assert all(callable(entry.load()) for entry in entries)
