"""Signing keys: where they are, how they are made, and whose signatures count.

The private key is a file outside the repository. There is no default key: without one
nothing is signed and nothing is released.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import SSlibKey

from openmed.adapters import atomic, bounded
from openmed.domain.digest import Json, canonical_json, sha256_hex
from openmed.domain.statement import PAYLOAD_TYPE, SignedVerdict, verdict_in
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError, IntegrityError, UsageError

KEY_VARIABLE = "OPENMED_SIGNING_KEY_FILE"
LOCAL = "local"
"""Verifier name of a developer's own key."""

_INIT = "openmed keys init"


class KeyPlace(NamedTuple):
    """Where this process finds its keys.

    Attributes:
        private: file of the private key.
        local_public: folder of the developer's own public key.
        listed_public: committed folder of keys whose signatures count.
    """

    private: Path
    local_public: Path
    listed_public: Path


def key_place(root: Path, environment: Mapping[str, str]) -> KeyPlace:
    """Find the keys: `$OPENMED_SIGNING_KEY_FILE`, else `~/.config/openmed/keys/local.pem`."""
    named = environment.get(KEY_VARIABLE, "")
    home = Path(environment.get("HOME") or Path.home())
    configuration = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    private = Path(named) if named else configuration / "openmed" / "keys" / "local.pem"
    return KeyPlace(
        private=private,
        local_public=root / "artifacts" / "keys",
        listed_public=root / "gates" / "keys",
    )


def init_keys(place: KeyPlace) -> tuple[str, bool]:
    """Make the private key if there is none, and write its public half for this repository.

    Returns:
        The key's id, and whether it was made now.

    Raises:
        UsageError: the file is there but is not an Ed25519 private key.
    """
    made = False
    if not place.private.exists():
        _write_private(place.private)
        made = True
    key = _load_private(place.private)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    atomic.write_if_different(place.local_public / f"{LOCAL}.pub", public)
    return CryptoSigner(key).public_key.keyid, made


class FileSigner:
    """Signs with the private key file; reads it when first needed."""

    def __init__(self, place: KeyPlace) -> None:
        """Remember the place; nothing is read yet."""
        self._place = place
        self._signer: CryptoSigner | None = None

    @property
    def keyid(self) -> str:
        """Id of the key; `none` while there is none."""
        return self._load().public_key.keyid if self._place.private.exists() else "none"

    def check(self) -> None:
        """Make sure there is a key that can sign.

        Raises:
            UsageError: there is none.
        """
        self._load()

    def sign(self, payload: bytes) -> bytes:
        """DSSE envelope over a payload, as canonical bytes."""
        envelope = Envelope(payload, PAYLOAD_TYPE, {})
        envelope.sign(self._load())
        table: Json = envelope.to_dict()
        return canonical_json(table)

    def _load(self) -> CryptoSigner:
        if self._signer is None:
            if not self._place.private.exists():
                msg = "there is no signing key, so no verdict can be signed"
                raise UsageError(msg, next_step=_INIT)
            self._signer = CryptoSigner(_load_private(self._place.private))
        return self._signer


class FileVerifiers:
    """Public keys whose signatures count: `gates/keys/*.pub`, and the developer's own."""

    def __init__(self, place: KeyPlace) -> None:
        """Remember the place; nothing is read yet."""
        self._place = place

    def verify(self, envelope: bytes) -> SignedVerdict:
        """Check a signature and the statement under it."""
        try:
            parsed = Envelope.from_dict(read_table(envelope, what="the verdict's envelope"))
        except (EvidenceError, KeyError, TypeError, ValueError, AttributeError):
            msg = "the verdict's envelope is not a DSSE envelope"
            raise IntegrityError(msg) from None
        if parsed.payload_type != PAYLOAD_TYPE:
            msg = f"the verdict's envelope holds {str(parsed.payload_type)[:60]!r}"
            raise IntegrityError(msg)
        if len(parsed.signatures) != 1 or canonical_json(parsed.to_dict()) != envelope:
            # Else one signature would be worth many files, and the ledger counts files as spent.
            msg = "the verdict's envelope is not in its one form with one signature"
            raise IntegrityError(msg)
        name, keyid = self._signer_of(parsed)
        return SignedVerdict(
            verdict=verdict_in(parsed.payload),
            verifier=name,
            keyid=keyid,
            envelope_digest=sha256_hex(envelope),
        )

    def _signer_of(self, envelope: Envelope) -> tuple[str, str]:
        for name, key in self._keys():
            try:
                envelope.verify([key], 1)
            except VerificationError:
                continue
            return name, key.keyid
        msg = "the verdict is not signed by any listed key, or was changed after signing"
        raise IntegrityError(msg, next_step=f"list the key in gates/keys/, or {_INIT}")

    def _keys(self) -> list[tuple[str, SSlibKey]]:
        files = sorted(self._place.listed_public.glob("*.pub"))
        strange = [path for path in files if path.stem == LOCAL]
        if strange:
            msg = f"gates/keys/{LOCAL}.pub: the name {LOCAL!r} is kept for a developer's own key"
            raise IntegrityError(msg)
        local = self._place.local_public / f"{LOCAL}.pub"
        return [(path.stem, _load_public(path)) for path in (*files, local) if path.is_file()]


def _write_private(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        atomic.sync_folder(path.parent)
    except OSError as error:
        msg = f"cannot write the signing key: {error.strerror}"
        raise UsageError(msg, next_step=f"name a file with {KEY_VARIABLE}") from None


def _load_private(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(bounded.read_bytes(path, most=bounded.KEY), None)
    except (OSError, ValueError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not an unencrypted PEM key"
        msg = f"the signing key file cannot be used: {reason}"
        raise UsageError(msg, next_step=f"check {KEY_VARIABLE}, or {_INIT}") from None
    if not isinstance(key, Ed25519PrivateKey):
        msg = "the signing key is not an Ed25519 key"
        raise UsageError(msg, next_step=f"check {KEY_VARIABLE}, or {_INIT}")
    return key


def _load_public(path: Path) -> SSlibKey:
    try:
        key = serialization.load_pem_public_key(bounded.read_bytes(path, most=bounded.KEY))
        return SSlibKey.from_crypto(key)
    except (OSError, ValueError, TypeError):
        msg = f"{path.name} is not a public key in PEM form"
        raise IntegrityError(msg) from None
