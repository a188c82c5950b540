"""Pins packages by hash as an index has them now, for the Python and the machine this runs on.

pip chooses and fetches, wheels only; nothing of them is run. We hash each and read its metadata.
"""

import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from email.parser import Parser
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.disk import atomic
from openmed.adapters.disk.hashing import file_digest
from openmed.adapters.process.pip_run import run_pip
from openmed.domain.candidates.licences import is_expression, spdx_name
from openmed.domain.inference.pinned_packages import read_pins
from openmed.domain.inference.proposal.model_files import PackageFacts
from openmed.errors import EvidenceError, ExternalError

_ABSENT: Final = b"No matching distribution found for "
_MOST_METADATA: Final = 4 * 1024 * 1024
_UNREADABLE: Final = (zipfile.BadZipFile, KeyError, NotImplementedError, ValueError, EOFError)


class _Wheel(NamedTuple):
    name: str
    version: str
    digest: str
    licence: str
    modules: frozenset[str]


def pin_packages(packages: Sequence[str], *, work: Path) -> PackageFacts:
    """Pin packages and what they need.

    Args:
        packages: `name==version`; the first one is the program's own.
        work: folder for what is fetched; gone afterwards.

    Raises:
        EvidenceError: one has no wheel for this machine.
        ExternalError: the index did not answer.
    """
    with atomic.scratch_folder(work) as scratch:
        log, place = scratch / "pip.log", scratch / "wheels"
        place.mkdir()
        code = run_pip("download", "--dest", str(place), *packages, scratch=scratch, log=log)
        if code != 0:
            raise _refused(packages, code, log.read_bytes())
        wheels = sorted((_wheel(path) for path in place.iterdir()), key=lambda one: one.name)
    pins = "".join(f"{one.name}=={one.version} --hash=sha256:{one.digest}\n" for one in wheels)
    read_pins(pins, what="the pins")
    first = _normal(packages[0].partition("==")[0])
    main = next((one for one in wheels if _normal(one.name) == first), None)
    where = f"{sys.implementation.cache_tag}, {sysconfig.get_platform()}"
    return PackageFacts(
        pins=f"# Wheels for {where}, by openmed candidate add.\n{pins}",
        modules=frozenset().union(*(one.modules for one in wheels)),
        licence=main.licence if main else "",
        name=packages[0],
    )


def _refused(packages: Sequence[str], code: int, said: bytes) -> EvidenceError | ExternalError:
    named = ", ".join(packages)[:120]
    if _ABSENT in said:
        msg = f"the package index has no wheels of {named} and of what they need for this Python"
        return EvidenceError(msg, next_step="name versions it has with --package NAME==VERSION")
    msg = f"pip could not get {named} (it exited with {code})"
    step = "see whether the package index can be reached"
    return ExternalError(msg, next_step=step, retryable=True)


def _wheel(path: Path) -> _Wheel:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            metadata = next(n for n in names if n.endswith(".dist-info/METADATA"))
            with archive.open(metadata) as file:
                text = file.read(_MOST_METADATA).decode()
    except (*_UNREADABLE, StopIteration):
        msg = f"the wheel {path.name[:80]} cannot be read"
        raise EvidenceError(msg) from None
    said = Parser().parsestr(text, headersonly=True)
    return _Wheel(
        name=said.get("Name", ""),
        version=said.get("Version", ""),
        digest=file_digest(path),
        licence=_licence(said.get("License-Expression", ""), said.get("License", "")),
        modules=frozenset(_modules(names)),
    )


def _licence(expression: str, words: str) -> str:
    """An expression as it is, if it is one; other words only where they are an identifier."""
    return expression if is_expression(expression) else spdx_name(words)


def _modules(names: Sequence[str]) -> set[str]:
    tops = {name.partition("/")[0] for name in names}
    return {top.partition(".")[0] for top in tops if not top.endswith((".dist-info", ".data"))}


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
