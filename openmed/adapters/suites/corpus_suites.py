"""The suites that are made from a seed: reads folders of templates and lets the corpus write.

A folder may be somebody else's, so it is data and nothing more: plain files of two known kinds,
one level of language folders, UTF-8, a stated size. Nothing in it is run, imported or followed.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Final

from openmed.adapters.disk import limited_read
from openmed.corpus import GOLDEN_SEED, build_golden
from openmed.corpus.fresh import build_fresh
from openmed.corpus.locale import Locale
from openmed.corpus.pool import Pool, read_pool
from openmed.corpus.shield import SHIELD_SEED, build_shield
from openmed.domain.suites.layouts.shield import read_tables
from openmed.domain.text.span import Document
from openmed.domain.wire import dump
from openmed.errors import UsageError
from openmed.ports.inputs import BuiltSuite

MOST_FILES: Final = 2000
"""Files of a folder of templates; ours has 30."""
MOST_BYTES: Final = 32 * 1024 * 1024
"""Bytes of all of them; ours have 250 kB."""

_PACKAGE: Final = "openmed.corpus"
_SHIELD: Final = "gates/suites/shield-synthetic"
_CONTROL: Final = re.compile(r"[^\n\t\x20-\x7e\x80-\U0010ffff]|[\x80-\x9f]")


class CorpusSuites:
    """Makes the suites of the package, and notes from templates of a folder outside of it."""

    def build(self, name: str) -> BuiltSuite:
        """Make a suite from its seed.

        Raises:
            UsageError: no suite of that name has a seed.
        """
        match name:
            case "golden":
                documents = build_golden(_ours("templates"), seed=GOLDEN_SEED)
                content = b"".join(dump(document) + b"\n" for document in documents)
                files = {"gates/suites/golden.jsonl": content}
                return BuiltSuite(files, documents, ("all", "smoke"))
            case "shield-synthetic":
                languages = _ours("templates").languages
                pool = _ours("shield_templates", languages=languages)
                notes, spans = build_shield(pool, seed=SHIELD_SEED)
                files = {f"{_SHIELD}/notes.jsonl": notes, f"{_SHIELD}/spans.jsonl": spans}
                return BuiltSuite(files, read_tables(notes, spans, what=name), ("all",))
            case _:
                raise UsageError(f"no seed makes suite {name!r}; wanted golden, shield-synthetic")

    def write(self, templates: str, *, seed: str) -> tuple[Document, ...]:
        """Write the notes of a folder of templates, by id; it may use our languages.

        Raises:
            UsageError: the folder is not one of templates; names file and line.
        """
        languages = _ours("templates").languages
        return build_golden(read_templates(Path(templates), languages=languages), seed=seed)

    def fresh(self, folder: Path | None, *, seed: str, documents: int) -> tuple[Document, ...]:
        """Write a sample of the notes of a folder of templates, or of ours, by id.

        Raises:
            UsageError: the folder is not one of templates; names file and line.
        """
        ours = _ours("templates")
        pool = ours if folder is None else read_templates(folder, languages=ours.languages)
        return build_fresh(pool, seed=seed, documents=documents)


def read_templates(
    folder: Path,
    *,
    languages: Mapping[str, Locale],
    most_files: int = MOST_FILES,
    most_bytes: int = MOST_BYTES,
) -> Pool:
    """Read a folder of templates.

    Args:
        folder: the folder.
        languages: languages of another pool that its sheets may be in.
        most_files: how many files may be there.
        most_bytes: how many bytes they may have together.

    Raises:
        UsageError: a file is not understood, is of no kind known, or there are too many.
    """
    files = dict(template_files(folder, most_files=most_files, most_bytes=most_bytes))
    return read_pool(files, languages=languages)


def template_files(
    folder: Path, *, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES
) -> Iterator[tuple[str, str]]:
    """Path and text of each file of a folder of templates.

    Raises:
        UsageError: a file is no plain text, or there are too many.
    """
    size = 0
    for count, path in enumerate(_listed(folder), start=1):
        name = path.relative_to(folder).as_posix()
        text = _text(path, name)
        size += len(text.encode())
        if count > most_files or size > most_bytes:
            msg = f"{folder} has more than {most_files} files or {most_bytes} bytes of templates"
            raise UsageError(msg)
        yield name, text


def _ours(folder: str, *, languages: Mapping[str, Locale] | None = None) -> Pool:
    with resources.as_file(resources.files(_PACKAGE) / folder) as path:
        return read_templates(path, languages=languages or {})


def _listed(folder: Path) -> Iterator[Path]:
    """Files of the language folders; a README beside them and hidden things are passed over."""
    for place in _entries(folder):
        if place.is_symlink() or place.is_dir():
            _refuse_link(place, folder)
            for path in _entries(place):
                _refuse_link(path, folder)
                yield path


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        msg = f"{folder} cannot be read as a folder of templates: {error.strerror}"
        raise UsageError(msg) from None


def _refuse_link(path: Path, folder: Path) -> None:
    if path.is_symlink():
        name = path.relative_to(folder).as_posix()
        raise UsageError(f"{name} is a link; wanted plain files in a folder of templates")


def _text(path: Path, name: str) -> str:
    try:
        text = limited_read.read_bytes(path, most=limited_read.TEMPLATE).decode()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8: byte {error.start}") from None
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        sign = f"U+{ord(found[0]):04X}"
        raise UsageError(f"{name}:{line} has control character {sign}; lines end with LF alone")
    return text
