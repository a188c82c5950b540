"""The public keys that whoever downloads was given: files of theirs, never of the source.

Their name is what the signed statement says: there is no list of names to compare it with, and the
key is what counts.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._key import SSlibKey

from openmed.adapters.disk import limited_read
from openmed.adapters.keys.dsse import parse_envelope
from openmed.domain.attestation.head_statement import SignedHead, head_in
from openmed.domain.attestation.release_statement import SignedRelease, release_in
from openmed.domain.attestation.signed_predicate import verifier_in
from openmed.domain.attestation.statement import SignedVerdict, verdict_in
from openmed.domain.digest import sha256_hex
from openmed.errors import IntegrityError, UsageError

Value = TypeVar("Value")
_END = b"-----END PUBLIC KEY-----"


class GivenKeys:
    """Keys from files in PEM form; one file may hold several, as after a rotation."""

    def __init__(self, files: Iterable[Path]) -> None:
        """Read them.

        Raises:
            UsageError: there is none, or a file is no list of Ed25519 public keys.
        """
        found = [key for file in files for key in _keys_in(file)]
        if not found:
            msg = "no trusted key was given, so nothing can be believed"
            raise UsageError(msg, next_step=_GIVE)
        self._keys = {key.keyid: key for key in found}

    @property
    def keyids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(self._keys)

    def head(self, envelope: bytes) -> SignedHead:
        """Check a signature and the head statement under it."""
        keyid, verifier, head = self._opened(envelope, "head statement", head_in)
        return SignedHead(head=head, verifier=verifier, keyid=keyid)

    def verdict(self, envelope: bytes) -> SignedVerdict:
        """Check a signature and the verdict under it."""
        keyid, verifier, verdict = self._opened(envelope, "verdict", verdict_in)
        return SignedVerdict(
            verdict=verdict,
            verifier=verifier,
            keyid=keyid,
            envelope_digest=sha256_hex(envelope),
        )

    def release(self, envelope: bytes) -> SignedRelease:
        """Check a signature and the release statement under it."""
        keyid, verifier, statement = self._opened(envelope, "release statement", release_in)
        return SignedRelease(statement=statement, verifier=verifier, keyid=keyid)

    def _opened(self, data: bytes, what: str, read: Callable[..., Value]) -> tuple[str, str, Value]:
        envelope = parse_envelope(data, what=what)
        if len(envelope.signatures) != 1:
            msg = f"the {what} has {len(envelope.signatures)} signatures; exactly one is needed"
            raise IntegrityError(msg)
        (keyid,) = envelope.signatures
        key = self._keys.get(keyid)
        if key is None:
            msg = f"the {what} is signed by key {str(keyid)[:16]!r}, which you were not given"
            raise IntegrityError(msg, next_step=_OTHER)
        try:
            envelope.verify([key], 1)
        except VerificationError:
            msg = f"the {what} or its signature was changed after it was signed"
            raise IntegrityError(msg) from None
        verifier = verifier_in(envelope.payload, what=what)
        return keyid, verifier, read(envelope.payload, verifier=verifier)


def _keys_in(file: Path) -> list[SSlibKey]:
    try:
        content = limited_read.read_bytes(file, most=limited_read.KEY)
    except OSError as error:
        msg = f"the key file {file} cannot be read: {error.strerror}"
        raise UsageError(msg, next_step=_GIVE) from None
    try:
        blocks = [part + _END for part in content.strip().split(_END)[:-1]]
        keys = [serialization.load_pem_public_key(block) for block in blocks]
    except (ValueError, UnsupportedAlgorithm):
        keys = []
    if not keys or not all(isinstance(key, Ed25519PublicKey) for key in keys):
        msg = f"{file} holds no Ed25519 public keys in PEM form"
        raise UsageError(msg, next_step=_GIVE)
    return [SSlibKey.from_crypto(key) for key in keys]


_GIVE = "name the public key of who publishes it with --key; never one from the source"
_OTHER = "ask who publishes it for the key, by another way than the source"
