"""Languages of the corpus: names, places, identifiers and dates of each. Data, and their table."""

from collections.abc import Mapping
from typing import Final

from openmed.domain.corpus.languages.ar import ARABIC
from openmed.domain.corpus.languages.de import GERMAN
from openmed.domain.corpus.languages.en import ENGLISH
from openmed.domain.corpus.languages.es import SPANISH
from openmed.domain.corpus.languages.fr import FRENCH
from openmed.domain.corpus.languages.hi import HINDI
from openmed.domain.corpus.languages.it import ITALIAN
from openmed.domain.corpus.languages.nl import DUTCH
from openmed.domain.corpus.languages.pt import PORTUGUESE
from openmed.domain.corpus.languages.zh import CHINESE
from openmed.domain.corpus.locale import Locale

LOCALES: Final[Mapping[str, Locale]] = {
    "ar": ARABIC,
    "de": GERMAN,
    "en": ENGLISH,
    "es": SPANISH,
    "fr": FRENCH,
    "hi": HINDI,
    "it": ITALIAN,
    "nl": DUTCH,
    "pt": PORTUGUESE,
    "zh": CHINESE,
}
"""Every language, by BCP 47 tag."""
