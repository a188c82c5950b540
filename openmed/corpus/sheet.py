r"""A sheet: many families in one text, as people write and review them. Parsed once.

    # a comment
    copies = 4
    == id slice [prose] [smoke] [crlf] [nfd] [copies=N] [variants=a,b]
    the text of the template, up to the next `==` line

Before the first heading stand comments and how many notes a family writes that does not say. A `\`
at the end of a line joins the next one to it. A sheet has one language, that of its folder. Not
here: the template language (`template`).
"""

import re
from collections.abc import Iterator
from typing import Final, NoReturn

from openmed.corpus.family import INVALID, VALID, Family
from openmed.corpus.template import lines, prose
from openmed.errors import UsageError

_OPENING: Final = "== "
_FLAGS: Final = {"prose", "smoke", "crlf", "nfd"}
_OPTIONS: Final = _FLAGS | {"copies", "variants"}
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COPIES: Final = re.compile(r"[1-9][0-9]{0,2}")
_DEFAULT: Final = re.compile(r"copies = (\S+)")


def read_sheet(
    text: str, *, file: str, language: str, pools: frozenset[str] = frozenset()
) -> tuple[Family, ...]:
    """Read the families of a sheet.

    Args:
        text: the sheet.
        file: its name, for the sentence.
        language: language of every family in it.
        pools: name pools of the language.

    Raises:
        UsageError: a line is not understood; names file and line.
    """
    return tuple(_Sheet(text, file=file, language=language, pools=pools).families())


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, text: str, *, file: str, language: str, pools: frozenset[str]) -> None:
        self._rows = text.split("\n")
        self._file = file
        self._language = language
        self._variants = pools | {VALID, INVALID}
        self._copies = ""

    def families(self) -> Iterator[Family]:
        """Every family, in the order of the sheet."""
        starts = [at for at, row in enumerate(self._rows) if row.startswith(_OPENING)]
        self._read_head(starts[0] if starts else len(self._rows))
        for start, end in zip(starts, [*starts[1:], len(self._rows)], strict=True):
            yield self._family(start, "\n".join(self._rows[start + 1 : end]))

    def _read_head(self, end: int) -> None:
        for at, row in enumerate(self._rows[:end]):
            found = _DEFAULT.fullmatch(row)
            if found and _COPIES.fullmatch(found[1]):
                self._copies = found[1]
            elif row.strip() and not row.startswith("#"):
                self._refuse(
                    at, f"has {row!r} before a heading; wanted `# …` or `copies = 1` to 999"
                )

    def _family(self, at: int, body: str) -> Family:
        id_, slice_, options = self._heading(at)
        if not body.strip():
            self._refuse(at, f"family {id_} has no text")
        return Family(
            id_,
            slice_,
            (prose if "prose" in options else lines)(body.replace("\\\n", "")),
            language=self._language,
            smoke="smoke" in options,
            copies=int(self._number(at, options.get("copies", self._copies))),
            variants=self._listed(at, options.get("variants")),
            line_end="\r\n" if "crlf" in options else "\n",
            form="NFD" if "nfd" in options else "NFC",
            place=f"{self._file}:{at + 1}",
        )

    def _heading(self, at: int) -> tuple[str, str, dict[str, str]]:
        words = self._rows[at].removeprefix(_OPENING).split()
        wanted = "== ID SLICE, both of small letters, digits and hyphens"
        if len(words) < 2 or not all(map(_NAME.fullmatch, words[:2])):  # noqa: PLR2004 - id, slice
            self._refuse(at, f"has {self._rows[at]!r}; wanted {wanted}")
        options: dict[str, str] = {}
        for word in words[2:]:
            key, is_set, value = word.partition("=")
            if key not in _OPTIONS or key in options or (key in _FLAGS) == bool(is_set):
                known = "prose, smoke, crlf, nfd, copies=N, variants=A,B"
                self._refuse(at, f"has the option {word!r}; wanted {known}, each once")
            options[key] = value
        return words[0], words[1], options

    def _number(self, at: int, copies: str) -> str:
        if not _COPIES.fullmatch(copies):
            self._refuse(
                at, f"has copies={copies}; wanted 1 to 999, here or before the first family"
            )
        return copies

    def _listed(self, at: int, variants: str | None) -> tuple[str, ...]:
        if variants is None:
            return ()
        names = tuple(variants.split(","))
        unknown = [name for name in names if name not in self._variants]
        if unknown or len(set(names)) < len(names):
            known = ", ".join(sorted(self._variants))
            self._refuse(at, f"has variants={variants}; wanted some of {known}, each once")
        return names

    def _refuse(self, at: int, reason: str) -> NoReturn:
        raise UsageError(f"{self._file}:{at + 1} {reason}")
