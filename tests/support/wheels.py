"""Wheels and package indexes made on the spot, sound ones and others."""

import base64
import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

NAME = "tiny"
FOLDER = "tiny/model"
"""Where our wheels hold the model."""


@dataclass(frozen=True)
class Entry:
    """One entry of a zip file.

    Attributes:
        name: its name.
        content: its bytes.
        claims: what the archive's directory says of it instead of the truth, by attribute of
            `ZipInfo`.
        method: how it is packed.
    """

    name: str
    content: bytes = b"weights"
    claims: Mapping[str, int | str] = field(default_factory=dict)
    method: int = zipfile.ZIP_DEFLATED


def write_zip(path: Path, *entries: Entry) -> Path:
    """Write a zip file, with lies if wanted: its directory is written last."""
    with zipfile.ZipFile(path, "w") as archive:
        for entry in entries:
            archive.writestr(zipfile.ZipInfo(entry.name), entry.content, entry.method)
        for member, entry in zip(archive.infolist(), entries, strict=True):
            for name, value in entry.claims.items():
                setattr(member, name, value)
    return path


def write_wheel(index: Path, files: Mapping[str, bytes], *, version: str = "1.0") -> Path:
    """Write a wheel of the package into an index's folder.

    Args:
        index: folder of the index.
        files: content by name, all under `FOLDER`.
        version: of the package.
    """
    info = f"{NAME}-{version}.dist-info"
    content = {
        f"{NAME}/__init__.py": b"raise SystemExit('it was run')\n",
        **{f"{FOLDER}/{name}": data for name, data in files.items()},
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in content.items()]
    content[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,\n"]).encode()
    folder = index / NAME
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{NAME}-{version}-py3-none-any.whl"
    return write_zip(path, *(Entry(name, data) for name, data in content.items()))


def write_sdist(index: Path, code: str, *, version: str = "1.0") -> Path:
    """Write a source archive of the package; who builds it runs the code and needs no more."""
    folder = index / NAME
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{NAME}-{version}.tar.gz"
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    with tarfile.open(path, "w:gz") as archive:
        for name, text in (("pyproject.toml", build), ("backend.py", code)):
            member = tarfile.TarInfo(f"{NAME}-{version}/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


@contextmanager
def served(index: Path) -> Iterator[str]:
    """Serve an index's folder on this machine; gives its address.

    The listing of a folder is what PEP 503 wants of a project's page.
    """
    with HTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(index))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
