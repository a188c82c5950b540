"""Licences as SPDX names them, found in what a model brings: a card, package metadata, a text.

Only what is unmistakable is recognised: an identifier of the list below in any case, or a text
with the title lines of one licence. A wrong licence is worse than a question.
"""

import re
from collections.abc import Iterable
from typing import Final

KNOWN: Final = (
    "0BSD", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0",
    "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-4.0",
    "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0",
    "CC0-1.0", "ECL-2.0", "EPL-2.0", "EUPL-1.1", "EUPL-1.2", "GPL-2.0-only", "GPL-2.0-or-later",
    "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MPL-2.0", "OFL-1.1", "Unlicense", "WTFPL", "Zlib",
)  # fmt: skip
"""Identifiers of SPDX that models and packages have."""
_OTHER_WORDS: Final = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
    "mozilla public license 2.0": "MPL-2.0",
}
_BY_NAME: Final = {name.lower(): name for name in KNOWN} | _OTHER_WORDS
_EXPRESSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_TITLES: Final = {
    "Apache-2.0": ("apache license", "version 2.0, january 2004"),
    "CC-BY-4.0": ("attribution 4.0 international",),
    "CC-BY-NC-4.0": ("attribution-noncommercial 4.0 international",),
    "CC-BY-NC-ND-4.0": ("attribution-noncommercial-noderivatives 4.0 international",),
    "CC-BY-NC-SA-4.0": ("attribution-noncommercial-sharealike 4.0 international",),
    "CC-BY-SA-4.0": ("attribution-sharealike 4.0 international",),
    "MIT": ("mit license",),
    "MPL-2.0": ("mozilla public license version 2.0",),
}
"""Lines that stand alone in the text of a licence, and in no other's."""
_ATTRIBUTED: Final = "CC-BY"
_COPYRIGHT: Final = re.compile(r"^\s*(copyright\s+(?:\(c\)|©|\d).{0,160}?)\s*$", re.IGNORECASE)
_NO_YEAR: Final = re.compile(r"\[yyyy\]|<year>|\{yyyy\}", re.IGNORECASE)


def spdx_name(words: str) -> str:
    """The identifier that some metadata means; empty when it is none of the list."""
    return _BY_NAME.get(" ".join(words.split()).lower(), "")


def is_expression(words: str) -> bool:
    """Whether a person's answer has the form of an SPDX expression."""
    return _EXPRESSION.fullmatch(words) is not None


def licence_of_text(text: str) -> str:
    """The licence whose text this is; empty when it is none that is known, or more than one."""
    lines = {" ".join(line.split()).lower() for line in text.splitlines()}
    found = [name for name, titles in _TITLES.items() if lines.issuperset(titles)]
    return found[0] if len(found) == 1 else ""


def copyright_of(texts: Iterable[str]) -> str:
    """Who holds the rights, in the words of a licence or a notice; empty when none says it."""
    for text in texts:
        for line in text.splitlines():
            match = _COPYRIGHT.match(line)
            if match and not _NO_YEAR.search(line) and match[1].isprintable():
                return match[1]
    return ""


def wants_attribution(licence: str) -> bool:
    """Whether a licence wants its makers named wherever the model is."""
    return licence.upper().startswith(_ATTRIBUTED)
