"""Signing and checking signatures with key files: DSSE envelopes, Ed25519."""

from collections.abc import Callable
from pathlib import Path

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._crypto_signer import CryptoSigner

from openmed.adapters.keys.key_files import (
    INIT,
    PublicKey,
    load_private,
    parse_private,
    public_keys,
)
from openmed.adapters.keys.key_place import KeyPlace
from openmed.adapters.keys.recorded_keys import recorded_form, recorded_key
from openmed.domain.attestation.head_statement import SignedHead, head_in
from openmed.domain.attestation.measurement_statement import (
    SignedMeasurement,
    measurement_in,
)
from openmed.domain.attestation.policy_statement import (
    SignedPolicyStatement,
    is_policy_statement,
    policy_statement_in,
)
from openmed.domain.attestation.statement import PAYLOAD_TYPE, SignedVerdict, verdict_in
from openmed.domain.attestation.verifier import ListedKey, Role
from openmed.domain.attestation.waiver import SignedWaiver, waiver_in
from openmed.domain.digest import Json, canonical_json, sha256_hex
from openmed.domain.gates.policy import LOCAL
from openmed.domain.release.policy_change import StatedFile
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError, IntegrityError, UsageError


class FileSigner:
    """Signs with a private key; reads its file, where there is one, when first needed."""

    def __init__(self, place: KeyPlace, *, file: Path | None = None) -> None:
        """Remember the place; nothing is read yet.

        Args:
            place: where keys are.
            file: another private key than the place's own; None = that one.
        """
        self._place = place
        self._file = file or place.private
        self._given = b"" if file else place.given
        self._signer: CryptoSigner | None = None

    @property
    def keyid(self) -> str:
        """Id of the key; `none` while there is none."""
        is_there = self._given or self._file.exists()
        return self._load().public_key.keyid if is_there else "none"

    @property
    def name(self) -> str:
        """Verifier the key is listed as."""
        keyid = self._load().public_key.keyid
        for one in public_keys(self._place):
            if one.listed.keyid == keyid:
                return one.listed.verifier
        msg = f"the signing key {keyid[:16]} is not listed, so its signature would not count"
        raise UsageError(msg, next_step=f"{INIT}, or list it in gates/keys/")

    def check(self) -> None:
        """Make sure there is a key that can sign and whose signature counts.

        Raises:
            UsageError: there is none.
        """
        self.name  # noqa: B018 - looks for it

    def sign(self, payload: bytes) -> bytes:
        """DSSE envelope over a payload, as canonical bytes."""
        envelope = Envelope(payload, PAYLOAD_TYPE, {})
        envelope.sign(self._load())
        return _bytes(envelope)

    def _load(self) -> CryptoSigner:
        if self._signer is None and self._given:
            self._signer = CryptoSigner(parse_private(self._given))
        if self._signer is None:
            if not self._file.exists():
                msg = f"no signing key in {self._file.name}, so nothing can be signed"
                raise UsageError(msg, next_step=INIT)
            self._signer = CryptoSigner(load_private(self._file))
        return self._signer


class FileVerifiers:
    """Public keys whose signatures count: `gates/keys/*.pub`, and the developer's own."""

    def __init__(self, place: KeyPlace) -> None:
        """Remember the place; nothing is read yet."""
        self._place = place

    def listed(self) -> tuple[ListedKey, ...]:
        """Every key that is listed."""
        return tuple(one.listed for one in public_keys(self._place))

    def verify(self, envelope: bytes) -> SignedVerdict:
        """Check a signature and the statement under it."""
        signer, payload = self._opened(envelope, what="verdict", role=Role.JUDGE)
        return _signed_verdict(signer, payload, envelope, is_unlisted=False)

    def recorded(self, evidence: Callable[[str], bytes]) -> Callable[[bytes], SignedVerdict]:
        """Checks verdicts that were released, by keys that travelled with them too.

        Listed keys are read once: it may be asked thousands of times in a run.
        """
        known_keys: dict[str, PublicKey] = {}

        def verify(envelope: bytes) -> SignedVerdict:
            if not known_keys:
                known_keys.update({one.listed.keyid: one for one in public_keys(self._place)[::-1]})
            keyid = self.keyid_of(envelope)
            own = known_keys.get(keyid)
            key = None if own else recorded_key(keyid, evidence)
            if key is None:
                signer, payload = self._opened(envelope, what="verdict", role=Role.JUDGE, known=own)
                return _signed_verdict(signer, payload, envelope, is_unlisted=False)
            listed = ListedKey(verifier=LOCAL, keyid=keyid, roles=(Role.JUDGE,), file="evidence")
            known = PublicKey(listed, key)
            signer, payload = self._opened(envelope, what="verdict", role=Role.JUDGE, known=known)
            return _signed_verdict(signer, payload, envelope, is_unlisted=True)

        return verify

    def recorded_form(self, keyid: str) -> bytes | None:
        """What travels with a release that a developer's own key signed; None for other keys."""
        one = self._key(keyid)
        return recorded_form(one.key) if one and one.listed.verifier == LOCAL else None

    def keyid_of(self, envelope: bytes) -> str:
        """Id of the key an envelope says it is signed by; nothing is verified."""
        return next(iter(parse_envelope(envelope, what="verdict").signatures), "")

    def verify_waiver(self, envelope: bytes) -> SignedWaiver:
        """Check a signature and the waiver under it."""
        signer, payload = self._opened(envelope, what="waiver", role=Role.WAIVE)
        return SignedWaiver(
            waiver=waiver_in(payload, verifier=signer.verifier),
            verifier=signer.verifier,
            keyid=signer.keyid,
            envelope_digest=sha256_hex(envelope),
        )

    def verify_measurement(self, envelope: bytes) -> SignedMeasurement:
        """Check a signature and the measurement under it."""
        signer, payload = self._opened(envelope, what="measurement", role=Role.MEASURE)
        return SignedMeasurement(
            measurement=measurement_in(payload, verifier=signer.verifier),
            verifier=signer.verifier,
            keyid=signer.keyid,
            envelope_digest=sha256_hex(envelope),
        )

    def verify_policy_statement(self, envelope: bytes) -> SignedPolicyStatement:
        """Check a signature and the policy statement under it."""
        signer, payload = self._opened(envelope, what="policy statement", role=Role.WAIVE)
        return SignedPolicyStatement(
            statement=policy_statement_in(payload, verifier=signer.verifier),
            verifier=signer.verifier,
            keyid=signer.keyid,
            envelope_digest=sha256_hex(envelope),
        )

    def verify_head(self, envelope: bytes) -> SignedHead:
        """Check a signature and the head statement under it."""
        signer, payload = self._opened(envelope, what="head statement", role=Role.JUDGE)
        head = head_in(payload, verifier=signer.verifier)
        return SignedHead(head=head, verifier=signer.verifier, keyid=signer.keyid)

    def policy_statements(self, files: tuple[tuple[str, bytes], ...]) -> tuple[StatedFile, ...]:
        """The policy statements among signed files; one that does not verify says why."""
        return tuple(self._stated(*file) for file in files if self.is_policy_statement(file[1]))

    def _stated(self, name: str, envelope: bytes) -> StatedFile:
        try:
            return StatedFile(name, envelope, self.verify_policy_statement(envelope))
        except IntegrityError as error:
            return StatedFile(name, envelope, None, error.message)

    def is_policy_statement(self, envelope: bytes) -> bool:
        """Whether an envelope says that it holds one; nothing is verified."""
        try:
            return is_policy_statement(parse_envelope(envelope, what="statement").payload)
        except IntegrityError:
            return False

    def _opened(
        self, data: bytes, *, what: str, role: Role, known: PublicKey | None = None
    ) -> tuple[ListedKey, bytes]:
        """Who signed, and the payload; one signature by a listed key over exactly these bytes."""
        envelope = parse_envelope(data, what=what)
        if len(envelope.signatures) != 1:
            msg = f"the {what} has {len(envelope.signatures)} signatures; exactly one is needed"
            raise IntegrityError(msg)
        (keyid,) = envelope.signatures
        signer = known or self._key(keyid)
        if signer is None:
            msg = f"the {what} is not signed by any listed key, but by {str(keyid)[:16]!r}"
            raise IntegrityError(msg, next_step=_LISTING[role])
        name = signer.listed.verifier
        try:
            envelope.verify([signer.key], 1)
        except VerificationError:
            msg = f"the {what} or its signature was changed after {name} signed it"
            raise IntegrityError(msg) from None
        if role not in signer.listed.roles:
            msg = f"{name} may not sign a {what}; gates/keys/{name}.toml gives it no role {role!s}"
            raise IntegrityError(msg)
        return signer.listed, envelope.payload

    def _key(self, keyid: str) -> PublicKey | None:
        return next((one for one in public_keys(self._place) if one.listed.keyid == keyid), None)


_LISTING = {
    Role.JUDGE: "put its public key back into gates/keys/",
    Role.MEASURE: "openmed keys add NAME --role measure --key FILE",
    Role.WAIVE: "openmed keys add NAME --role waive --key FILE",
}
"""What makes a signature count, by what it must be allowed to sign."""


def _signed_verdict(
    signer: ListedKey, payload: bytes, envelope: bytes, *, is_unlisted: bool
) -> SignedVerdict:
    return SignedVerdict(
        verdict=verdict_in(payload, verifier=signer.verifier),
        verifier=signer.verifier,
        keyid=signer.keyid,
        envelope_digest=sha256_hex(envelope),
        is_unlisted=is_unlisted,
    )


def parse_envelope(data: bytes, *, what: str) -> Envelope:
    """An envelope of ours in the form in which envelopes are written; nothing is verified.

    Raises:
        IntegrityError: it is none.
    """
    try:
        parsed = Envelope.from_dict(read_table(data, what=what))
        is_canonical = _bytes(parsed) == data
    except (EvidenceError, KeyError, TypeError, ValueError, AttributeError):
        msg = f"the {what}'s envelope is not a DSSE envelope"
        raise IntegrityError(msg) from None
    if parsed.payload_type != PAYLOAD_TYPE:
        msg = f"the {what}'s envelope holds {str(parsed.payload_type)[:60]!r}"
        raise IntegrityError(msg)
    if not is_canonical:
        # Other bytes would be another file name, and so a second use of one signature.
        msg = f"the {what}'s envelope is not in canonical form"
        raise IntegrityError(msg)
    return parsed


def _bytes(envelope: Envelope) -> bytes:
    table: Json = envelope.to_dict()
    return canonical_json(table)
