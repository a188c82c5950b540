"""The secret that generated suites are made from: in the environment, or a file beside the key.

Who knows it can write this epoch's notes before they are measured; it opens nothing else. It is
read when a suite is made and kept in no object.
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from openmed.adapters.disk import limited_read
from openmed.adapters.disk.disk import REAL
from openmed.errors import EvidenceError, UsageError

SECRET_VARIABLE = "OPENMED_SUITE_SECRET"  # noqa: S105 - a name
"""Holds the secret itself: for CI, whose secrets are variables."""
FILE_NAME = "suite-secret"
BYTES = 32
"""Of a secret that we make."""
_FORM = re.compile(r"[0-9a-f]{64}")


class SecretPlace(NamedTuple):
    """Where this process finds the secret.

    Attributes:
        file: the secret's file.
        given: the secret itself, where the environment holds it; it goes before the file.
    """

    file: Path
    given: str = ""


def secret_place(private: Path, environment: Mapping[str, str]) -> SecretPlace:
    """Find the secret: `$OPENMED_SUITE_SECRET`, else a file beside the private key."""
    return SecretPlace(private.with_name(FILE_NAME), environment.get(SECRET_VARIABLE, ""))


def has_secret(place: SecretPlace) -> bool:
    """Whether there is one."""
    return bool(place.given) or place.file.exists()


def read_secret(place: SecretPlace) -> bytes:
    """Read the secret.

    Raises:
        EvidenceError: there is none, or it has not the form of one.
    """
    text = place.given.strip() or _text(place.file)
    if not _FORM.fullmatch(text):
        msg = "the suite secret is not 64 hexadecimal digits"
        raise EvidenceError(msg, next_step=_way(place))
    return bytes.fromhex(text)


def _way(place: SecretPlace) -> str:
    if place.given:
        return f"set {SECRET_VARIABLE} to what `openssl rand -hex 32` prints"
    return f"remove {place.file}; then openmed keys init"


def make_secret(place: SecretPlace) -> bool:
    """Make the secret, readable by its owner only, unless there is one.

    Returns:
        Whether it was made now.

    Raises:
        UsageError: it cannot be written.
    """
    if has_secret(place):
        return False
    try:
        place.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(place.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(f"{secrets.token_hex(BYTES)}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        REAL.fsync_folder(place.file.parent)
    except OSError as error:
        msg = f"cannot write the suite secret: {error.strerror}"
        raise UsageError(msg, next_step=f"set {SECRET_VARIABLE}") from None
    return True


def _text(file: Path) -> str:
    try:
        return limited_read.read_bytes(file, most=limited_read.KEY).decode().strip()
    except FileNotFoundError:
        msg = f"there is no suite secret: {SECRET_VARIABLE} is not set and {FILE_NAME} is not there"
        raise EvidenceError(msg, next_step="openmed keys init") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise EvidenceError(f"the suite secret cannot be read: {reason}") from None
