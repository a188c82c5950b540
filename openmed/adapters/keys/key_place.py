"""Where keys are; apart from reading them, which loads cryptography."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

KEY_VARIABLE = "OPENMED_SIGNING_KEY_FILE"
GIVEN_VARIABLE = "OPENMED_SIGNING_KEY"
"""Holds the private key itself, in PEM: for CI, whose secrets are variables."""


class KeyPlace(NamedTuple):
    """Where this process finds its keys.

    Attributes:
        private: file of the private key.
        given: the private key itself, where the environment holds it; it goes before the file.
        local_public: folder of the developer's own public keys.
        listed_public: committed folder of keys whose signatures count.
    """

    private: Path
    local_public: Path
    listed_public: Path
    given: bytes = b""


def key_place(root: Path, environment: Mapping[str, str]) -> KeyPlace:
    """Find the keys.

    The private one is in `$OPENMED_SIGNING_KEY`, else in the file `$OPENMED_SIGNING_KEY_FILE`,
    else in `~/.config/openmed/keys/local.pem`.
    """
    named = environment.get(KEY_VARIABLE, "")
    home = Path(environment.get("HOME") or Path.home())
    configuration = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    private = Path(named) if named else configuration / "openmed" / "keys" / "local.pem"
    return KeyPlace(
        private=private,
        local_public=root / "artifacts" / "keys",
        listed_public=root / "gates" / "keys",
        given=environment.get(GIVEN_VARIABLE, "").encode(),
    )
