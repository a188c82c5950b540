"""Licence ids that the Hub's cards may name, as its documentation listed them on a stated day.

The Hub refuses a commit whose card names another one. A licence that has no id there is `other`,
with a name and where its text stands.
"""

import re
from typing import Final

from openmed.domain.frozen import Frozen

AS_OF: Final = "2026-08-22"
"""Day of the copy."""
HUB_IDS: Final = frozenset((
    "afl-3.0", "agpl-3.0", "apache-2.0", "apple-amlr", "apple-ascl", "artistic-2.0",
    "bigcode-openrail-m", "bigscience-bloom-rail-1.0", "bigscience-openrail-m", "bsd",
    "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "bsl-1.0", "c-uda", "cc", "cc-by-2.0",
    "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0",
    "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0", "cdla-permissive-1.0",
    "cdla-permissive-2.0", "cdla-sharing-1.0", "creativeml-openrail-m", "deepfloyd-if-license",
    "ecl-2.0", "epl-1.0", "epl-2.0", "etalab-2.0", "eupl-1.1", "eupl-1.2",
    "fair-noncommercial-research-license", "gemma", "gfdl", "gpl", "gpl-2.0", "gpl-3.0",
    "grok2-community", "h-research", "intel-research", "isc", "lgpl", "lgpl-2.1", "lgpl-3.0",
    "lgpl-lr", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4", "lppl-1.3c",
    "mit", "mpl-2.0", "ms-pl", "ncsa", "odbl", "odc-by", "ofl-1.1", "openmdw-1.0", "openrail",
    "openrail++", "osl-3.0", "other", "pddl", "postgresql", "unknown", "unlicense", "wtfpl",
    "zlib",
))  # fmt: skip
OTHER: Final = "other"
_SAYS_NOTHING: Final = frozenset({OTHER, "unknown"})
_GNU: Final = re.compile(r"((?:a|l)?gpl-[0-9.]+)-(?:only|or-later)")
"""SPDX says whether later versions hold; the Hub has one id for both."""
_NO_NAME: Final = re.compile(r"[^a-z0-9.+-]+")


class HubLicence(Frozen):
    """How a card names a licence.

    Attributes:
        id: the Hub's id.
        name: what it is called, where the id is `other`; empty elsewhere.
    """

    id: str
    name: str = ""


def hub_licence(expression: str) -> HubLicence:
    """How a card names an SPDX expression; what has no id of its own is `other` with its name."""
    word = expression.strip().lower()
    gnu = _GNU.fullmatch(word)
    found = gnu[1] if gnu else word
    if found in HUB_IDS - _SAYS_NOTHING:
        return HubLicence(id=found)
    return HubLicence(id=OTHER, name=_NO_NAME.sub("-", word).strip("-") or "not-stated")
