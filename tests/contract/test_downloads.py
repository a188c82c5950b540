"""Downloads over HTTP and from folders: whole or not at all, interrupted, from hostile servers."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import builders
from support.places import SLOT
from support.served import SOON, Asked, Served, a_consumer, by_fetch, by_verifier

from openmed.adapters.downloads.download_folder import FileDownloadFolder
from openmed.adapters.downloads.served_files import FolderFiles, HttpFiles
from openmed.adapters.downloads.trusted_keys import GivenKeys
from openmed.app.fetch import check_download, fetch_release, resolve_release, wanted_release
from openmed.cli.downloads.fetch import fetch, resolve
from openmed.context.consumer import Consumer, Source, served_files
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import sha256_hex
from openmed.domain.downloads.name_rules import name_fault
from openmed.errors import ExternalError, FlipConflictError, IntegrityError, UsageError


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """What a publisher serves; nobody changes it here for longer than a test."""
    return Served(tmp_path_factory.mktemp("served"))


class _Files(SimpleHTTPRequestHandler):
    """Serves a folder; some paths misbehave."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_GET(self) -> None:
        """As a static server, unless the path asks for something else."""
        self.asked.append(self.path)
        word = self.path.rpartition("/")[2]
        if word == "moved":
            self._answer(302, b"", Location="/gates/head.json")
        elif word == "elsewhere":
            self._answer(302, b"", Location="file:///etc/hostname")
        elif word == "endless":
            self._answer(200, b"x" * 5000)
        elif word == "short":
            self._answer(200, b"x" * 10, length=20)
            self.close_connection = True
        elif word == "busy" and self.asked.count(self.path) < 3:
            self._answer(503, b"")
        elif word == "busy":
            self._answer(200, b"at last")
        else:
            super().do_GET()

    def _answer(self, code: int, body: bytes, *, length: int | None = None, **more: str) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(length or len(body)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def _served_over_http(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Address of a static server, and what is asked of it."""
    asked: list[str] = []
    handler = partial(type("Files", (_Files,), {"asked": asked}), directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_over_http_it_is_the_same(served: Served, tmp_path: Path) -> None:
    """A static server of the repository is enough; each file is asked for once."""
    with _served_over_http(served.root) as (address, asked):
        one = Asked(source=f"{address}/", key=served.key, state=tmp_path / "state")
        assert (0, 0) == (by_fetch(one, tmp_path / "to"), 0)
        assert len(served.followed) == len(asked) == len(set(asked))
        # Entries are known by then; one that was damaged since is asked for again.
        damaged = next((tmp_path / "state/.cache/openmed/ledger").rglob("*.json"))
        damaged.write_bytes(b"{}")
        assert 0 == by_fetch(one, tmp_path / "again")
        entries = len(served.state.entries)
        assert len(served.followed) - entries + 1 == len(asked) - len(served.followed)
        assert 0 == by_verifier(one)
        spoilt = {f"{served.tree}model.onnx": b"other"}
        with served.spoilt(served.root, spoilt):
            assert (7, 7) == (by_fetch(one, tmp_path / "not"), by_verifier(one))
    assert b"second" == (tmp_path / "to/model.onnx").read_bytes()


def test_a_server_that_is_away_is_no_refusal(served: Served, tmp_path: Path) -> None:
    """Exit code 5: nothing is known."""
    one = Asked(source="http://127.0.0.1:9", key=served.key, state=tmp_path / "state")
    assert 5 == by_verifier(one)
    with pytest.raises(ExternalError, match="could not be fetched"):
        HttpFiles(one.source, wait=lambda _: None).read("x", most=1)


def test_what_a_server_may_do(served: Served, tmp_path: Path) -> None:
    """Redirect within HTTP, be busy; not send too much, stop early, or point to a file."""
    waits: list[float] = []
    with _served_over_http(served.root) as (address, _):
        files = HttpFiles(address, wait=waits.append)
        assert (served.root / "gates/head.json").read_bytes() == files.read("moved", most=9999)
        assert b"at last" == files.read("busy", most=7)
        assert [1.0, 2.0] == waits
        assert files.read("nothing/there", most=7) is None
        with pytest.raises(IntegrityError, match="more than 100 bytes"):
            files.read("endless", most=100)
        with pytest.raises(IntegrityError, match="more than the 100 bytes"):
            files.save("endless", str(tmp_path / "file"), size=100)
        for word in ("short", "elsewhere"):
            with pytest.raises(ExternalError, match="could not be fetched"):
                files.read(word, most=100)


@pytest.mark.parametrize(
    "name",
    [
        "ftp://h/x",
        "http://",
        "http://u:p@h/",
        "http://h/?q",
        "a\nb",
        "no/such/folder",
        "https:///x",
    ],
)
def test_what_is_no_source_is_said(name: str) -> None:
    """Before anything is asked; a password would be remembered."""
    with pytest.raises(UsageError):
        served_files(name)


def test_a_killed_download_goes_on_where_it_was(served: Served, tmp_path: Path) -> None:
    """What is whole stays, what is not goes; nothing is in the folder before all is."""
    part = tmp_path / ".to.openmed-part"
    part.mkdir()
    tree = served.root / served.tree
    names = sorted(file.path for file in served.live.release.files)
    (part / names[0]).write_bytes((tree / names[0]).read_bytes())
    (part / names[1]).write_bytes(b"half")
    (part / "extra").symlink_to("/etc/hostname")
    (part / ".openmed-new").write_bytes(b"begun")
    consumer, folder = a_consumer(served.key, tmp_path), FileDownloadFolder(tmp_path / "to")
    done = fetch_release(consumer, wanted_release(SLOT), Source(str(served.root)), folder=folder)
    assert (tree / names[1]).stat().st_size == done.downloaded
    assert not part.exists()
    assert {*names, "openmed-download.json"} == {path.name for path in (tmp_path / "to").iterdir()}


def test_an_unreachable_file_leaves_what_is_whole_for_the_next_call(
    served: Served, tmp_path: Path
) -> None:
    """Nothing in the folder, the rest beside it."""

    class Dying(FolderFiles):
        def save(self, path: str, target: str, *, size: int) -> None:
            if path.endswith(names[1]):
                raise ExternalError("gone")
            super().save(path, target, size=size)

    files = served.live.release.files
    names = [file.path for file in files]
    folder = FileDownloadFolder(tmp_path / "to")
    with pytest.raises(ExternalError):
        folder.fill(files, source=Dying(served.root), prefix=served.tree, beside={})
    assert not (tmp_path / "to").exists()
    assert [names[0]] == [path.name for path in (tmp_path / ".to.openmed-part").iterdir()]
    size = folder.fill(files, source=FolderFiles(served.root), prefix=served.tree, beside={})
    assert files[1].size == size


def test_two_at_once_are_told(served: Served, tmp_path: Path) -> None:
    """The second does not mix its files with the first's."""

    class Meanwhile(FolderFiles):
        def save(self, path: str, target: str, *, size: int) -> None:
            with pytest.raises(FlipConflictError, match="another process"):
                other.fill(files, source=FolderFiles(served.root), prefix=served.tree, beside={})
            super().save(path, target, size=size)

    files = served.live.release.files
    one, other = (FileDownloadFolder(tmp_path / "to") for _ in range(2))
    one.fill(files, source=Meanwhile(served.root), prefix=served.tree, beside={})
    assert "" == one.fault(files, beside=frozenset())


def test_a_folder_with_something_in_it_is_left_alone(served: Served, tmp_path: Path) -> None:
    """Also one that somebody filled while the files came, a file, and a link."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("full", "file", "link"):
        with pytest.raises(UsageError):
            FileDownloadFolder(tmp_path / name).require_free()
    files = served.live.release.files
    with pytest.raises(UsageError, match="is not empty"):
        FileDownloadFolder(tmp_path / "full").fill(
            files, source=FolderFiles(served.root), prefix=served.tree, beside={}
        )
    assert "mine" == (tmp_path / "full/mine").read_text()


COLLISIONS = [
    (("a.bin", "A.bin"), "one on some disks"),
    (("a", "a/b"), "one on some disks"),
    (("Dir/a", "dir/b"), "one on some disks"),
    (("aﬁ.bin", "afi.bin"), "one on some disks"),
    (("openmed-download.json",), "one on some disks"),
    (("readme.MD",), "one on some disks"),
    (("sub/nul.txt",), "a device"),
    (("COM1",), "a device"),
]


@pytest.mark.parametrize(("names", "fault"), COLLISIONS)
def test_names_that_are_one_on_some_disk_are_refused(names: tuple[str, ...], fault: str) -> None:
    """Or what lies there would depend on whose disk it is."""
    files = [StagedFile(path=name, size=0, sha256=builders.HEX) for name in names]
    assert fault in name_fault(files, beside=("README.md",))


def test_names_of_any_model_are_not_refused() -> None:
    """Folders may hold several files."""
    names = ("onnx/model.onnx", "onnx/model.onnx_data", "config.json", "tokenizer.json", "onnx.md")
    assert "" == name_fault(StagedFile(path=n, size=0, sha256=builders.HEX) for n in names)


@pytest.mark.parametrize("name", ["../up", "/etc/x", "a/../b", ".hidden", "a//b", "a\\b", ""])
def test_names_that_leave_the_folder_are_no_names(name: str) -> None:
    """A ledger entry that has one is not read at all."""
    with pytest.raises(ValueError, match="path"):
        StagedFile(path=name, size=0, sha256=builders.HEX)


def test_a_check_finds_each_thing_that_changed_since(served: Served, tmp_path: Path) -> None:
    """Offline: every byte, every extra file, every link; the verdict of another release."""
    asked = Asked(source=str(served.root), key=served.key, state=tmp_path / "state")
    assert 0 == by_fetch(asked, tmp_path / "to")
    consumer = a_consumer(served.key, tmp_path)
    folder = consumer.folder(tmp_path / "to")

    def checked() -> int:
        found = check_download(consumer, folder, None, is_offline=True)
        assert found.is_live is None
        return found.files

    assert 2 == checked()
    for path in sorted((tmp_path / "to").iterdir()):
        data = path.read_bytes()
        changed = data.replace(b"verdict", b"Verdict") if path.suffix == ".json" else data + b"x"
        path.write_bytes(changed)
        if changed != data:
            with pytest.raises(IntegrityError):
                checked()
        path.write_bytes(data)
    (tmp_path / "to/pickle.bin").write_bytes(b"more")
    with pytest.raises(IntegrityError, match="does not belong"):
        checked()
    (tmp_path / "to/pickle.bin").unlink()
    (tmp_path / "to/model.onnx").rename(tmp_path / "model")
    (tmp_path / "to/model.onnx").symlink_to(tmp_path / "model")
    with pytest.raises(IntegrityError, match="no plain file"):
        checked()


def test_a_check_says_what_became_of_it(served: Served, tmp_path: Path) -> None:
    """An earlier release is not live; one that was revoked later must not be used."""
    consumer = a_consumer(served.key, tmp_path)
    for tag, content in ((served.tags[0], "first"), ("", "second")):
        asked = Asked(source=str(served.root), key=served.key, state=tmp_path / content)
        named = f"{SLOT}@{tag}" if tag else SLOT
        assert 0 == by_fetch(asked._replace(release=named), tmp_path / f"to-{content}")
        found = check_download(
            consumer, consumer.folder(tmp_path / f"to-{content}"), None, is_offline=False
        )
        assert (content == "second", str(served.root)) == (found.is_live, found.source)
    # As it was fetched before the rollback revoked it.
    revoked = tmp_path / "to-third"
    revoked.mkdir()
    for name, data in served.repositories[2].items():
        (revoked / name).write_bytes(data)
    with pytest.raises(IntegrityError, match="is revoked since"):
        check_download(
            consumer, consumer.folder(revoked), Source(str(served.root)), is_offline=False
        )
    (revoked / "README.md").write_bytes(served.repositories[0]["README.md"])
    with pytest.raises(IntegrityError, match=r"README\.md is not the card"):
        check_download(consumer, consumer.folder(revoked), None, is_offline=True)


def test_resolve_names_place_and_digest(served: Served, tmp_path: Path) -> None:
    """A program pins it: the digest is that of the tree."""
    found = resolve_release(
        a_consumer(served.key, tmp_path), wanted_release(SLOT), Source(str(served.root))
    )
    artifact = served.live.release.artifact
    assert f"{served.root}/artifacts/registry/trees/{artifact}@sha256:{artifact}" == found.text


def test_the_commands_say_what_they_did(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole words once: fetch, check, resolve; the clock of today makes the head expired."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("openmed.adapters.clock.now", lambda: SOON)
    source = ["--from", str(served.root), "--key", str(served.key)]
    run = CliRunner().invoke
    done = run(fetch, [SLOT, *source, "--to", str(tmp_path / "to")])
    assert done.exit_code == 0, done.output
    assert "Checked against ledger entry" in done.stdout
    done = run(fetch, ["--check", str(tmp_path / "to"), *source[2:]])
    assert "every byte ok" in done.stdout
    assert "Live at" in done.stdout
    done = run(fetch, ["--check", str(tmp_path / "to"), *source[2:], "--offline", "--json"])
    assert '"is_live": null' in done.stdout
    done = run(resolve, [SLOT, *source])
    assert [served.live.release.artifact] == [done.stdout.strip()[-64:]]
    for wrong in ([SLOT], [SLOT, *source], ["--check", str(tmp_path / "to"), SLOT]):
        assert run(fetch, wrong).exit_code != 0


def test_keys_come_from_the_configuration_where_none_is_given(
    served: Served, tmp_path: Path
) -> None:
    """Never from the source; without any nothing is believed."""
    environ = {"HOME": str(tmp_path)}
    consumer = Consumer(key_files=(), environ=environ, now=SOON)
    with pytest.raises(UsageError, match="no trusted key"):
        consumer.keys  # noqa: B018 - looks for them
    consumer.trusted_folder.mkdir(parents=True)
    (consumer.trusted_folder / "them.pub").write_bytes(served.key.read_bytes())
    again = Consumer(key_files=(), environ=environ, now=SOON)
    assert (served.place.signer.keyid,) == again.keys.keyids


def test_a_file_may_hold_several_keys_and_nothing_else(served: Served, tmp_path: Path) -> None:
    """As after a rotation; what is no key is said."""
    other = served.place.ring
    assert other is not None
    both = tmp_path / "both.pub"
    both.write_bytes(served.key.read_bytes() * 2)
    assert 1 == len(GivenKeys([both]).keyids)
    for content in (
        b"",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        os.urandom(99),
    ):
        both.write_bytes(content)
        with pytest.raises(UsageError):
            GivenKeys([both])


def test_what_was_seen_and_is_damaged_is_never_taken_for_nothing(
    served: Served, tmp_path: Path
) -> None:
    """Whoever can make it unreadable could else make us go back."""
    asked = Asked(source=str(served.root), key=served.key, state=tmp_path / "state")
    assert 0 == by_fetch(asked, tmp_path / "to")
    name = f"{sha256_hex(str(served.root.resolve()).encode())}.json"
    (tmp_path / "state/state/openmed/heads" / name).write_bytes(b"{}")
    assert 2 == by_fetch(asked, tmp_path / "again")
