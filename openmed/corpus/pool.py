"""A pool of templates: languages and families read from the files of one folder.

    LANG/language.toml     what the language brings (`language_file`)
    LANG/name_pools.toml   names to swap in, beside it
    LANG/FAMILY.sheet      families (`sheet`)

Adding a folder adds a language, adding a sheet adds families; nothing names them in code. A pool
may use the languages of another one. Pure: texts in; an adapter reads the folder.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from openmed.corpus.family import Family, write_document, write_documents
from openmed.corpus.language_file import read_language, read_pools
from openmed.corpus.locale import Locale
from openmed.corpus.sheet import read_sheet
from openmed.domain.text.span import Document
from openmed.errors import UsageError

LANGUAGE: Final = "language.toml"
NAME_POOLS: Final = "name_pools.toml"
_PATH: Final = re.compile(
    r"(?P<tag>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)/"
    r"(?P<name>language\.toml|name_pools\.toml|[a-z][a-z0-9_]*\.sheet)"
)


class Pool(NamedTuple):
    """Templates that belong together.

    Attributes:
        languages: every language its families may be in, by BCP 47 tag.
        families: in the order of file names, and of each file.
    """

    languages: Mapping[str, Locale]
    families: tuple[Family, ...]

    def document(self, family: Family, *, seed: str, index: int) -> Document:
        """Write one document.

        Raises:
            UsageError: a template cannot be filled; names file and line.
        """
        return write_document(
            family, locale=self.languages[family.language], seed=seed, index=index
        )

    def documents(self, seed: str) -> Iterator[Document]:
        """Write every document, family by family.

        Raises:
            UsageError: a template cannot be filled; names file and line.
        """
        for family in self.families:
            locale = self.languages[family.language]
            yield from write_documents(family, locale=locale, seed=seed)


def read_pool(files: Mapping[str, str], *, languages: Mapping[str, Locale] | None = None) -> Pool:
    """Read a pool.

    Args:
        files: the text of each file, by path in the folder.
        languages: languages of another pool that this one may use.

    Raises:
        UsageError: a file is not understood, or a family or a language is there twice.
    """
    known = dict(languages or {})
    sheets: list[tuple[str, str]] = []
    for path in sorted(files):
        tag, name = _parts(path)
        if name == LANGUAGE:
            if tag in known:
                raise UsageError(f"{path}: language {tag} is there already; only add sheets to it")
            known[tag] = _language(files, tag)
        elif name == NAME_POOLS:
            if f"{tag}/{LANGUAGE}" not in files:
                raise UsageError(f"{path} stands alone; wanted {LANGUAGE} beside it")
        else:
            sheets.append((tag, path))
    families = tuple(
        family for tag, path in sheets for family in _families(files[path], path, tag, known)
    )
    _check_ids(families)
    return Pool(known, families)


def _parts(path: str) -> tuple[str, str]:
    found = _PATH.fullmatch(path)
    if found is None:
        wanted = (
            f"LANG/{LANGUAGE}, LANG/{NAME_POOLS} or LANG/FAMILY.sheet, LANG as in `pt` or `pt-BR`"
        )
        raise UsageError(f"{path} is no file of a pool of templates; wanted {wanted}")
    return found["tag"], found["name"]


def _language(files: Mapping[str, str], tag: str) -> Locale:
    pools = f"{tag}/{NAME_POOLS}"
    names = read_pools(pools, files[pools]) if pools in files else {}
    return read_language(f"{tag}/{LANGUAGE}", files[f"{tag}/{LANGUAGE}"], pools=names)


def _families(text: str, path: str, tag: str, known: Mapping[str, Locale]) -> tuple[Family, ...]:
    if tag not in known:
        raise UsageError(f"{path} is in language {tag}, which has no {tag}/{LANGUAGE}")
    return read_sheet(text, file=path, language=tag, pools=frozenset(known[tag].pools))


def _check_ids(families: tuple[Family, ...]) -> None:
    places: dict[str, str] = {}
    for family in families:
        if family.id in places:
            first = places[family.id]
            raise UsageError(f"{family.place}: family {family.id} is there already, at {first}")
        places[family.id] = family.place
