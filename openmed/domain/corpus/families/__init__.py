"""The ordered tuple of all template families. Adding one changes the documents of no other."""

from typing import Final

from openmed.domain.corpus.families.arabic import ARABIC_NOTES
from openmed.domain.corpus.families.chinese import CHINESE_NOTES
from openmed.domain.corpus.families.clinic import CLINIC
from openmed.domain.corpus.families.consults import CONSULTS
from openmed.domain.corpus.families.desk import DESK
from openmed.domain.corpus.families.disguises import DISGUISES
from openmed.domain.corpus.families.dutch import DUTCH_NOTES
from openmed.domain.corpus.families.edges import EDGES
from openmed.domain.corpus.families.french import FRENCH_NOTES
from openmed.domain.corpus.families.german import GERMAN_NOTES
from openmed.domain.corpus.families.grids import GRIDS
from openmed.domain.corpus.families.hindi import HINDI_NOTES
from openmed.domain.corpus.families.hospital import HOSPITAL
from openmed.domain.corpus.families.imaging import IMAGING
from openmed.domain.corpus.families.italian import ITALIAN_NOTES
from openmed.domain.corpus.families.letters import LETTERS
from openmed.domain.corpus.families.negatives import NEGATIVES
from openmed.domain.corpus.families.nursing import NURSING
from openmed.domain.corpus.families.office import OFFICE
from openmed.domain.corpus.families.pairs import SWAPS, TWINS
from openmed.domain.corpus.families.portuguese import PORTUGUESE_NOTES
from openmed.domain.corpus.families.records import RECORDS
from openmed.domain.corpus.families.sheets import SHEETS
from openmed.domain.corpus.families.spanish import SPANISH_NOTES
from openmed.domain.corpus.families.stay import STAY
from openmed.domain.corpus.families.threads import THREADS
from openmed.domain.corpus.families.traps import ADVERSARIAL, HARD_NEGATIVES
from openmed.domain.corpus.family import Family

FAMILIES: Final[tuple[Family, ...]] = (
    *HOSPITAL,
    *CLINIC,
    *LETTERS,
    *RECORDS,
    *OFFICE,
    *STAY,
    *NURSING,
    *IMAGING,
    *CONSULTS,
    *THREADS,
    *DESK,
    *GRIDS,
    *SHEETS,
    *HARD_NEGATIVES,
    *NEGATIVES,
    *ADVERSARIAL,
    *DISGUISES,
    *EDGES,
    *TWINS,
    *SWAPS,
    *SPANISH_NOTES,
    *GERMAN_NOTES,
    *FRENCH_NOTES,
    *PORTUGUESE_NOTES,
    *ITALIAN_NOTES,
    *DUTCH_NOTES,
    *HINDI_NOTES,
    *CHINESE_NOTES,
    *ARABIC_NOTES,
)
"""Every family; the order has no effect on the corpus."""
