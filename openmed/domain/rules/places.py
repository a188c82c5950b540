"""Rules for places: ZIP codes."""

from typing import Final

from openmed.domain.rules.landmarks import at_runs
from openmed.domain.rules.parts import NO_UNIT
from openmed.domain.rules.rule import Rule, rule

_STATES: Final = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI"
    r"|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])"
)

PLACES: Final[tuple[Rule, ...]] = (
    rule(
        "zip-1",
        "ZIPCODE",
        rf"(?:(?<!\w){_STATES}[.,]{{0,2}}\s{{1,2}}|\b(?i:zip)(?:[\s\-]?(?i:codes?))?[\s.:\#]{{0,3}}"
        rf"|(?<![\w-])(?=\d{{5}}-\d{{4}}))(?P<value>\d{{5}}(?:-\d{{4}})?)(?!\w|-\d|[.,]\d){NO_UNIT}",
        places=at_runs(5, back=range(13)),
        finds="ZIP codes after a state or `zip`, ZIP+4 anywhere",
    ),
)
"""In the order of `docs/reference/rules.md`."""
