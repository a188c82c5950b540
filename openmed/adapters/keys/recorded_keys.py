"""A developer's public key that travels with a release, among its evidence.

The id of an Ed25519 key is the sha256 of its canonical form, so that form is a file of
`gates/evidence/` like any other, and the signature names it. Nobody vouches for the key: it proves
only that one and the same key signed what was released.
"""

from collections.abc import Callable

from securesystemslib.signer._key import SSlibKey

from openmed.domain.digest import canonical_json, sha256_hex
from openmed.domain.wire import read_table
from openmed.errors import OpenMedError


def recorded_form(key: SSlibKey) -> bytes | None:
    """The file that names itself by the key's id; None for a key whose id is something else."""
    content = canonical_json({"keytype": key.keytype, "scheme": key.scheme, "keyval": key.keyval})
    return content if sha256_hex(content) == key.keyid else None


def recorded_key(keyid: str, evidence: Callable[[str], bytes]) -> SSlibKey | None:
    """The key of an id from the evidence of a release; None when it did not travel.

    Args:
        keyid: its id.
        evidence: gives an evidence file's bytes, checked against its name.
    """
    try:
        table = read_table(evidence(keyid), what="recorded key")
        key = SSlibKey.from_dict(keyid, {**table})
    except (OpenMedError, KeyError, TypeError, ValueError):
        return None
    return key if recorded_form(key) is not None else None
