"""A token that a test plants is found wherever, and in whatever form, it is put out."""

import base64
import gzip
import io
import json
import logging
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from support.hub import TestHub
from support.leaks import hearing, plugin
from support.leaks.hearing import Hearing
from support.leaks.search import PIECE, find
from support.repositories import ROOT

from openmed.errors import ExternalError

SECRET, OTHER = (f"hf_{sha256(name).hexdigest()[:34]}" for name in (b"one", b"two"))


def _zipped(data: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.txt", data)
    return kept.getvalue()


def _lines(data: bytes) -> bytes:
    return b"\n".join(data[at : at + 7] for at in range(0, len(data), 7))


def _percent(data: bytes) -> bytes:
    return "".join(f"%{one:02x}" for one in data).encode()


WRITINGS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "cut off": lambda data: data[: PIECE + 1],
    "the end of it": lambda data: data[-PIECE:],
    "percent": _percent,
    "percent twice": lambda data: quote(_percent(data)).encode(),
    "a query": lambda data: b"https://x/?a=" + quote(data).encode() + b"&b=1",
    "base64": base64.b64encode,
    "base64 after one": lambda data: base64.b64encode(b"a" + data),
    "base64 of a header": lambda data: base64.b64encode(b"user:" + data + b":more"),
    "base64 in lines": lambda data: _lines(base64.b64encode(b"Bearer " + data)),
    "base64 for addresses": lambda data: base64.urlsafe_b64encode(b"\xff\xfe" + data),
    "base32": base64.b32encode,
    "hex": lambda data: data.hex().encode(),
    "hex, capitals": lambda data: data.hex().upper().encode(),
    "JSON": lambda data: "".join(f"\\u{one:04x}" for one in data).encode(),
    "escapes": lambda data: "".join(f"\\x{one:02x}" for one in data).encode(),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "backwards": lambda data: data[::-1],
    "gzip": gzip.compress,
    "git": zlib.compress,
    "zip": _zipped,
    "zip in gzip": lambda data: gzip.compress(_zipped(b"x" * 99 + data)),
}


@pytest.mark.parametrize("written", WRITINGS.values(), ids=WRITINGS)
def test_every_form_is_found(written: Callable[[bytes], bytes]) -> None:
    """Among other words; and another token is not taken for it."""
    put_out = written(SECRET.encode())
    assert find(SECRET, put_out)
    assert not find(OTHER, put_out)
    if put_out[:2] not in {b"\x1f\x8b", b"\x78\x9c", b"PK"}:
        assert find(SECRET, b"said: " + put_out + b" and more")


def test_what_is_not_it_is_not_found() -> None:
    """The beginning that all tokens have, its name, and random bytes."""
    assert not find(SECRET, b"hf_ 0123 HF_TOKEN hf_0123456789" + os.urandom(100_000))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Hearing:
    """Another one that listens, so that what is planted here does not fail this test."""
    own = Hearing()
    for module in (plugin, hearing):
        monkeypatch.setattr(module, "HEARING", own)
    own.plant(SECRET)
    return own


def _to_stdout(_: Path) -> None:
    subprocess.run([sys.executable, "-c", f"print('{SECRET}')"], capture_output=True, check=True)


def _to_stderr(_: Path) -> None:
    code = f"raise SystemExit('{SECRET}')"
    subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def _to_an_error(_: Path) -> None:
    ExternalError("no", next_step=f"curl -H 'Authorization: Bearer {SECRET}'")


def _to_a_cause(_: Path) -> None:
    with pytest.raises(ExternalError):
        _fail_because(ValueError(f"https://x/?token={SECRET}"))


def _fail_because(error: Exception) -> None:
    try:
        raise error
    except ValueError as cause:
        raise ExternalError("no") from cause


def _to_a_log(_: Path) -> None:
    logging.getLogger("some.client").error("asked %s", {"authorization": SECRET})


def _to_a_file(place: Path) -> None:
    kept = place / "artifacts" / "run-report.json"
    kept.parent.mkdir()
    kept.write_text(json.dumps({"said": SECRET}))


def _to_a_name(place: Path) -> None:
    (place / f"{SECRET}.log").touch()


def _to_git(place: Path) -> None:
    (place / "0123").write_bytes(zlib.compress(f"blob 9\0{SECRET}".encode()))


PLACES = (
    _to_stdout, _to_stderr, _to_an_error, _to_a_cause, _to_a_log, _to_a_file, _to_a_name, _to_git,
)  # fmt: skip


@pytest.mark.parametrize("leak", PLACES, ids=lambda leak: leak.__name__)
def test_every_place_is_heard(leak: Callable[[Path], None], heard: Hearing, tmp_path: Path) -> None:
    """Nothing before, the place after; and nothing of another secret."""
    heard.read(tmp_path)
    assert [] == heard.leaks()
    leak(tmp_path)
    assert heard.leaks()
    heard.secrets = {OTHER}
    assert [] == heard.leaks()


def test_what_a_test_takes_of_its_output_is_heard(
    heard: Hearing, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reports have only what is left."""
    sys.stdout.write(SECRET)
    assert SECRET in capsys.readouterr().out
    assert heard.leaks() == ["CaptureFixture.readouterr"]


@pytest.mark.parametrize("where", ["a file", "a message", "a path", "an address"])
def test_what_is_on_a_hub_is_heard(
    where: str, heard: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published, said in a commit, or asked for."""
    from support.hub import loopback  # noqa: PLC0415 - the module whose word is changed

    monkeypatch.setattr(loopback, "HEARING", heard)
    with TestHub() as hub:
        model = hub.repository("org/model", files={"a.txt": b"1"})
        match where:
            case "a file":
                model.commit({"README.md": f"# {SECRET}".encode()})
            case "a message":
                model.commit({"a.txt": b"2"}, message=f"Release\n\nBy: {SECRET}")
            case "a path":
                model.commit({f"{SECRET}.txt": b"2"})
            case _:
                assert not hub.api().file_exists("org/model", f"{SECRET}.txt")
        assert [] == heard.leaks()
    assert heard.leaks()


def test_nothing_is_kept_where_nothing_is_planted() -> None:
    """Most tests have no token: they cost nothing."""
    own = Hearing()
    own.hear("somewhere", SECRET)
    assert ([], []) == (own.heard, own.leaks())
    own.plant(SECRET)
    own.hear("somewhere", SECRET)
    own.forget()
    assert (set(), []) == (own.secrets, own.heard)


INNER = """
from support.leaks import plugin
pytest_runtest_makereport = plugin.pytest_runtest_makereport
plugin.listen()
"""
TESTS = """
import sys
from support.hub import TestHub

def test_prints():
    with TestHub() as hub:
        sys.stderr.write(f"token {hub.token('ci')}")

def test_writes(tmp_path):
    with TestHub() as hub:
        (tmp_path / "a.log").write_text(hub.identity())

def test_fails():
    with TestHub() as hub:
        raise ValueError(hub.token("ci"))

def test_is_quiet(tmp_path):
    with TestHub() as hub:
        (tmp_path / "a.log").write_text(str(len(hub.token("ci"))))
"""


def test_a_test_that_leaks_fails(tmp_path: Path) -> None:
    """In a suite of its own, by the hooks that this one has; a quiet one passes."""
    (tmp_path / "conftest.py").write_text(INNER)
    (tmp_path / "test_inner.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:xdist", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "a token that was planted is in its output" in done.stdout
    assert "a token that was planted is in the file" in done.stdout
    assert "a token that was planted is in its failure" in done.stdout
    assert "1 failed, 3 passed, 3 errors" in done.stdout
