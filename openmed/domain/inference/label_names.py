"""Names of labels that may be shown although the candidate chose them.

A label is a word of the candidate's code, so nothing keeps it from being a patient's name. A name
made of words that label sets use is shown; another only if it shares no run of 4 letters or digits
with the gold, and is not itself in the text of a document the candidate was asked about. Whoever
hides a text in code words is not found by that.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import regex

from openmed.domain.inference.answer_faults import AnswerFault
from openmed.domain.inference.label_maps import LABEL_MAPS
from openmed.domain.text.labels import LABELS
from openmed.domain.text.span import Document
from openmed.printable import printable

_RUN: Final = 4
"""As in `exposed` of a report."""
_MOST: Final = 64
"""Names that are looked at; a program with more labels makes them up."""
_ESCAPE: Final = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_WORD: Final = re.compile(r"[^\W_]+")
_PART: Final = regex.compile(r"\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{N}+|\p{Lo}+")
"""Words of a name in any of the usual spellings: FIRST_NAME, first-name, FirstName."""
_OTHERS: Final = """
per loc org misc norp gpe fac facility product event work art law language percent money quantity
ordinal cardinal nrp us uk itin bank crypto driver passport medical npi persoon locatie instelling
zorginstelling ziekenhuis datum leeftijd bsn telefoonnummer emailadres straat postcode given
surname doctor nurse patient hospital clinic name first last middle full address city country county
state zip code phone fax mobile number id email mail url web ip mac date time birth death age gender
sex title job occupation company organization organisation person location place street building
account card credit iban bic swift pin cvv password user username device vehicle plate serial
license licence insurance record mrn ssn tax national secret token key api label entity other
tag colour color
"""
_KNOWN: Final = frozenset(
    part.casefold()
    for text in (
        _OTHERS,
        *(facts.name for facts in LABELS),
        *(rule.model for each in LABEL_MAPS.values() for rule in each.rules),
    )
    for part in _PART.findall(text)
)


class LabelNames:
    """Which names may be shown, given what the candidate was asked about."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._new: list[Document] = []
        self._words: set[str] = set()
        self._gold: set[str] = set()
        self._decided: dict[str, bool] = {}

    def ask(self, documents: Sequence[Document]) -> None:
        """Remember what the candidate is asked about."""
        self._new += documents

    def shown(self, why: AnswerFault) -> AnswerFault:
        """The same, without the names that may not be shown: those are counted."""
        names = tuple(name for name in map(printable, why.labels) if self._may_show(name))
        return AnswerFault(
            reason=why.reason,
            got=why.got,
            labels=names,
            other_labels=why.other_labels + len(why.labels) - len(names),
        )

    def _may_show(self, name: str) -> bool:
        if name not in self._decided:
            parts = [_plain(part) for part in _PART.findall(_joined(name))]
            strange = [part for part in parts if part not in _KNOWN]
            is_apart = not strange or self._is_apart(_plain("".join(parts)), strange)
            self._decided[name] = bool(parts) and len(self._decided) < _MOST and is_apart
        return self._decided[name]

    def _is_apart(self, whole: str, parts: Iterable[str]) -> bool:
        """Whether a name holds nothing of what was asked about."""
        for document in self._new:
            self._words |= set(map(_plain, _WORD.findall(document.text)))
            for span in document.spans:
                self._gold |= _runs(_plain(document.text[span.start : span.end]))
        self._new.clear()
        seen = {whole, *parts}
        return self._words.isdisjoint(seen) and self._gold.isdisjoint(_runs(whole) | seen)


def _runs(plain: str) -> set[str]:
    """Every run of a text; the text itself where it is shorter."""
    return {plain[at : at + _RUN] for at in range(max(1, len(plain) - _RUN + 1))} - {""}


def _joined(name: str) -> str:
    """A name without escapes, each letter with its marks one character."""
    return unicodedata.normalize("NFKC", _ESCAPE.sub("", name))


def _plain(text: str) -> str:
    """Letters and digits only, whatever their case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if one.isalnum())
