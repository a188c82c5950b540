"""Key files: where they are, how they are read and made.

The private key is a file outside the repository. There is no default key: without one
nothing is signed and nothing is released. A public key is `NAME.pub`, or, when it was
followed by another, `NAME.KEYID.pub`: both belong to the verifier NAME.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import SSlibKey

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL
from openmed.adapters.keys.key_place import KEY_VARIABLE, KeyPlace
from openmed.domain.attestation.verifier import ListedKey, Role, Roles
from openmed.domain.gates.policy import LOCAL
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, ExternalError, IntegrityError, UsageError

INIT = "openmed keys init"
_ANOTHER = f"name another file with {KEY_VARIABLE}; then {INIT}"

_FILE_NAME = re.compile(r"([a-z0-9][a-z0-9-]{0,63})(\.[0-9a-f]{16})?\.pub")


class PublicKey(NamedTuple):
    """A public key as it is listed, and the key itself."""

    listed: ListedKey
    key: SSlibKey


def init_keys(place: KeyPlace) -> tuple[str, bool]:
    """Make the private key if there is none, and write its public half for this repository.

    Another key's public half stays beside it: what that key signed must stay verifiable.

    Returns:
        The key's id, and whether it was made now.

    Raises:
        UsageError: the file is there but is not an Ed25519 private key.
    """
    made = make_private(place.private)
    key = load_private(place.private)
    write_public(place.local_public, LOCAL, public_half(key))
    return CryptoSigner(key).public_key.keyid, made


def write_public(folder: Path, verifier: str, content: bytes) -> None:
    """Make a public key the newest of a verifier; the one it follows is kept under its key id."""
    path = folder / f"{verifier}.pub"
    try:
        old = limited_read.read_bytes(path, most=limited_read.KEY)
    except FileNotFoundError:
        old = content
    if old != content:
        keyid = _listed(path, f"{folder.name}/{path.name}").listed.keyid
        atomic.write_if_different(folder / f"{verifier}.{keyid[:16]}.pub", old)
    atomic.write_if_different(path, content)


def public_keys(place: KeyPlace) -> tuple[PublicKey, ...]:
    """Every public key that is listed, the committed ones first.

    Raises:
        IntegrityError: a file is no key, has no fitting name, or a key has two names.
    """
    found = _in_folder(place.listed_public, shown="gates/keys")
    strange = [one.listed.file for one in found if one.listed.verifier == LOCAL]
    if strange:
        msg = f"{strange[0]}: the name {LOCAL!r} is reserved for a developer's own key"
        raise IntegrityError(msg)
    names: dict[str, ListedKey] = {}
    for one in found:
        other = names.setdefault(one.listed.keyid, one.listed)
        if other.verifier != one.listed.verifier:
            msg = f"{other.file} and {one.listed.file} are the same key; a key has one name"
            raise IntegrityError(msg)
    # A committed name wins: a key that is listed signs for nobody else, also not as `local`.
    own = [
        one
        for one in _in_folder(place.local_public, shown="artifacts/keys")
        if one.listed.verifier == LOCAL and one.listed.keyid not in names
    ]
    return (*found, *own)


def make_private(path: Path) -> bool:
    """Make a private key, readable by its owner only, unless the file is there.

    Returns:
        Whether it was made now.

    Raises:
        UsageError: it cannot be written.
    """
    if path.exists():
        return False
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(path, pem)
    return True


def write_private(path: Path, pem: bytes) -> None:
    """Write a private key's file; it must not be there.

    Raises:
        UsageError: it is there or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        REAL.fsync_folder(path.parent)
    except OSError as error:
        msg = f"cannot write the signing key: {error.strerror}"
        raise UsageError(msg, next_step=f"name a file with {KEY_VARIABLE}") from None


def load_private(path: Path) -> Ed25519PrivateKey:
    """Read a private key's file.

    Raises:
        UsageError: it is missing or not an Ed25519 private key.
    """
    try:
        pem = limited_read.read_bytes(path, most=limited_read.KEY)
    except OSError as error:
        msg = f"the signing key file cannot be used: {error.strerror}"
        raise UsageError(msg, next_step=_ANOTHER) from None
    return parse_private(pem)


def parse_private(pem: bytes) -> Ed25519PrivateKey:
    """Read a private key.

    Raises:
        UsageError: it is not an Ed25519 private key.
    """
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        msg = "the signing key file cannot be used: not an unencrypted PEM key"
        raise UsageError(msg, next_step=_ANOTHER) from None
    if not isinstance(key, Ed25519PrivateKey):
        msg = "the signing key is not an Ed25519 key"
        raise UsageError(msg, next_step=_ANOTHER)
    return key


def public_half(key: Ed25519PrivateKey) -> bytes:
    """The public key's file."""
    return _pem(key.public_key())


def _pem(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _in_folder(folder: Path, *, shown: str) -> list[PublicKey]:
    return [_listed(path, f"{shown}/{path.name}") for path in sorted(folder.glob("*.pub"))]


def _listed(path: Path, file: str) -> PublicKey:
    match = _FILE_NAME.fullmatch(path.name)
    if match is None:
        msg = f"{file}: wanted NAME.pub, NAME of lower-case letters, digits and hyphens"
        raise IntegrityError(msg)
    try:
        content = limited_read.read_bytes(path, most=limited_read.KEY)
        public = serialization.load_pem_public_key(content)
        key = SSlibKey.from_crypto(public)
    except PermissionError:
        msg = f"{file} cannot be read: Permission denied"
        raise ExternalError(msg, next_step=f"ls -l {path}; sudo chmod a+r {path}") from None
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        msg = f"{file} is not a public key in PEM form"
        raise IntegrityError(msg) from None
    if content != _pem(public):
        # So that no byte of the file can be changed without being noticed.
        msg = f"{file} has extra bytes around its PEM key"
        raise IntegrityError(msg, next_step=f"remove everything around the key in {file}")
    roles = _roles(path.with_name(f"{match[1]}.toml"), f"{file.rpartition('/')[0]}/{match[1]}.toml")
    return PublicKey(ListedKey(verifier=match[1], keyid=key.keyid, roles=roles, file=file), key)


def _roles(path: Path, file: str) -> tuple[Role, ...]:
    try:
        text = limited_read.read_bytes(path, most=limited_read.KEY).decode()
        return from_plain(Roles, tomllib.loads(text), what=file).roles
    except FileNotFoundError:
        return (Role.JUDGE,)
    except PermissionError:
        msg = f"{file} cannot be read: Permission denied"
        raise ExternalError(msg, next_step=f"ls -l {path}; sudo chmod a+r {path}") from None
    except (OSError, ValueError, EvidenceError) as error:
        detail = error.message if isinstance(error, EvidenceError) else "it cannot be read"
        msg = f'{file}: {detail}; wanted roles = ["judge"], ["waive"] or both'
        raise IntegrityError(msg) from None
