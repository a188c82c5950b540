"""A sheet: many families in one text, as people write and review them. Parsed once.

    == id slice [prose] [smoke] [crlf] [nfd] [copies=N] [variants=a,b]
    the text of the template, up to the next `==` line

A sheet has one language. Not here: the template language (`template`).
"""

from collections.abc import Iterator
from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, prose

_OPENING: Final = "== "
_OPTIONS: Final = {"prose", "smoke", "crlf", "nfd", "copies", "variants"}


def read_sheet(text: str, *, language: str = "en", copies: int = 1) -> tuple[Family, ...]:
    """Read the families of a sheet.

    Args:
        text: the sheet.
        language: language of every family in it.
        copies: how many notes a family writes that does not say.

    Raises:
        ValueError: a heading is not understood.
    """
    return tuple(_families(text, language=language, copies=copies))


def _families(text: str, *, language: str, copies: int) -> Iterator[Family]:
    for block in ("\n" + text).split("\n" + _OPENING)[1:]:
        heading, _, body = block.partition("\n")
        name, slice_, *words = heading.split()
        options = dict(word.partition("=")[::2] for word in words)
        if not options.keys() <= _OPTIONS:
            msg = f"family {name}: cannot read {heading!r}"
            raise ValueError(msg)
        variants = options.get("variants", "")
        yield Family(
            name,
            slice_,
            (prose if "prose" in options else lines)(body),
            language=language,
            smoke="smoke" in options,
            copies=int(options.get("copies", copies)),
            variants=tuple(variants.split(",")) if variants else (),
            line_end="\r\n" if "crlf" in options else "\n",
            form="NFD" if "nfd" in options else "NFC",
        )
