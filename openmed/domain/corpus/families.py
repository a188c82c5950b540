"""The ordered tuple of all template families. Adding one changes the documents of no other."""

from typing import Final

from openmed.domain.corpus.families_clinic import CLINIC
from openmed.domain.corpus.families_hospital import HOSPITAL
from openmed.domain.corpus.families_letters import LETTERS
from openmed.domain.corpus.families_office import OFFICE
from openmed.domain.corpus.families_records import RECORDS
from openmed.domain.corpus.families_traps import ADVERSARIAL, HARD_NEGATIVES
from openmed.domain.corpus.family import Family

FAMILIES: Final[tuple[Family, ...]] = (
    *HOSPITAL,
    *CLINIC,
    *LETTERS,
    *RECORDS,
    *OFFICE,
    *HARD_NEGATIVES,
    *ADVERSARIAL,
)
"""Every family; the order has no effect on the corpus."""
