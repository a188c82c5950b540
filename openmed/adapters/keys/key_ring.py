"""Making, adding and replacing keys, so that a crash at any place leaves a key that works.

A private key is never destroyed: the one that was replaced stays beside the new one.
"""

import json
from pathlib import Path

from securesystemslib.signer._crypto_signer import CryptoSigner

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL
from openmed.adapters.keys.key_files import (
    PublicKey,
    load_private,
    make_private,
    public_half,
    public_keys,
    write_private,
    write_public,
)
from openmed.adapters.keys.key_place import KEY_VARIABLE, KeyPlace
from openmed.domain.attestation.rotation import Rotation
from openmed.domain.attestation.verifier import Role
from openmed.domain.gates.policy import LOCAL
from openmed.errors import UsageError


class FileKeyRing:
    """The keys of one repository, and the private key of this process."""

    def __init__(self, place: KeyPlace) -> None:
        """Remember the place; nothing is read yet."""
        self._place = place
        self._next = place.private.with_name(f"{place.private.name}.next")

    def prepare(self, verifier: str, *, is_lost: bool, signed: tuple[str, ...]) -> Rotation:
        """Make the next key pair and keep the old public half under its own name."""
        old = self._old(verifier, is_lost=is_lost)
        lost = self._lost(old, signed) if is_lost else None
        if lost is not None and self._place.private.exists():
            # `keys init` made its successor already.
            return Rotation(
                verifier=old.listed.verifier,
                keyid=lost.listed.keyid,
                successor=old.listed.keyid,
                is_lost=True,
            )
        old = lost or old
        make_private(self._next)
        name, keyid = old.listed.verifier, old.listed.keyid
        current = self._folder(name) / Path(old.listed.file).name
        atomic.write_if_different(
            self._folder(name) / f"{name}.{keyid[:16]}.pub",
            limited_read.read_bytes(current, most=limited_read.KEY),
        )
        successor = _keyid(self._next)
        return Rotation(verifier=name, keyid=keyid, successor=successor, is_lost=is_lost)

    def finish(self, rotation: Rotation) -> None:
        """Put the next key pair in the place of the old one."""
        name, private = rotation.verifier, self._place.private
        if private.exists() and _keyid(private) == rotation.successor:
            return
        public = public_half(load_private(self._next))
        write_public(self._folder(name), name, public)
        kept = private.with_name(f"{private.name}.{rotation.keyid[:16]}.closed")
        if private.exists() and not kept.exists():
            write_private(kept, limited_read.read_bytes(private, most=limited_read.KEY))
        REAL.rename(self._next, private)
        REAL.fsync_folder(private.parent)

    def add(self, verifier: str, roles: tuple[Role, ...], *, file: Path) -> tuple[str, bool]:
        """List the public half of a private key, which is made if it is missing.

        Returns:
            The key's id, and whether it was made now.

        Raises:
            UsageError: the name is taken, or the key is listed already.
        """
        if verifier == LOCAL:
            msg = f"the name {LOCAL!r} is reserved for a developer's own key"
            raise UsageError(msg, next_step="openmed keys init")
        made = make_private(file)
        key = load_private(file)
        keyid = CryptoSigner(key).public_key.keyid
        for one in public_keys(self._place):
            listed = one.listed
            if verifier == listed.verifier or keyid == listed.keyid:
                msg = (
                    f"{listed.file} is key {listed.keyid[:16]} of {listed.verifier}; a verifier is "
                    "added once, and a key has one name"
                )
                raise UsageError(msg, next_step="openmed keys list")
        text = ", ".join(json.dumps(role.value) for role in roles)
        folder = self._place.listed_public
        atomic.write(folder / f"{verifier}.toml", f"roles = [{text}]\n".encode())
        atomic.write(folder / f"{verifier}.pub", public_half(key))
        return keyid, made

    def _old(self, verifier: str, *, is_lost: bool) -> PublicKey:
        private = self._place.private
        if not private.exists() and not is_lost:
            msg = f"no private key in {private.name} to replace"
            raise UsageError(msg, next_step="openmed keys rotate --lost, or openmed keys init")
        known = public_keys(self._place)
        if private.exists():
            keyid = _keyid(private)
            mine = [one for one in known if one.listed.keyid == keyid]
            if not mine:
                msg = f"the private key {keyid[:16]} is not listed"
                raise UsageError(msg, next_step="openmed keys init")
            if verifier and mine[0].listed.verifier != verifier:
                msg = f"{private.name} is the key of {mine[0].listed.verifier}, not of {verifier}"
                raise UsageError(msg, next_step=f"name another file with {KEY_VARIABLE}")
            return mine[0]
        name = verifier or LOCAL
        current = self._folder(name) / f"{name}.pub"
        named = [one for one in known if one.listed.verifier == name]
        found = [one for one in named if Path(one.listed.file).name == current.name]
        if not found:
            msg = f"no public key of {name}; listed: {_names(known)}"
            raise UsageError(msg, next_step="openmed keys list")
        return found[0]

    def _lost(self, present: PublicKey, signed: tuple[str, ...]) -> PublicKey | None:
        """The key of the same verifier that signed last, when the present one signed nothing."""
        if present.listed.keyid in signed:
            return None
        same = {
            one.listed.keyid: one
            for one in public_keys(self._place)
            if one.listed.verifier == present.listed.verifier
        }
        return next((same[keyid] for keyid in signed if keyid in same), None)

    def _folder(self, verifier: str) -> Path:
        return self._place.local_public if verifier == LOCAL else self._place.listed_public


def _keyid(private: Path) -> str:
    return CryptoSigner(load_private(private)).public_key.keyid


def _names(known: tuple[PublicKey, ...]) -> str:
    return ", ".join(sorted({one.listed.verifier for one in known})) or "none"
