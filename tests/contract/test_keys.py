"""Keys: none by default, private ones private, and only listed ones count."""

import json
from pathlib import Path

import pytest
from support import builders

from openmed.adapters.keys.dsse import FileSigner, FileVerifiers
from openmed.adapters.keys.key_files import init_keys
from openmed.adapters.keys.key_place import KeyPlace, key_place
from openmed.domain.attestation.statement import payload_of
from openmed.domain.digest import canonical_json
from openmed.errors import IntegrityError, UsageError


def _place(root: Path, *, owner: str = "me") -> KeyPlace:
    return KeyPlace(
        private=root / owner / "local.pem",
        local_public=root / "artifacts" / "keys",
        listed_public=root / "gates" / "keys",
    )


def _envelope(place: KeyPlace, *, verifier: str = "local") -> bytes:
    payload = payload_of(builders.a_verdict(), engine_version="1", verifier=verifier)
    return FileSigner(place).sign(payload)


def test_a_signed_verdict_is_verified(tmp_path: Path) -> None:
    """By the developer's own key, under the name local."""
    place = _place(tmp_path)
    init_keys(place)
    signed = FileVerifiers(place).verify(_envelope(place))
    assert (signed.verdict, signed.verifier) == (builders.a_verdict(), "local")


def test_there_is_no_default_key(tmp_path: Path) -> None:
    """Without one nothing is signed, and the sentence says what next."""
    with pytest.raises(UsageError) as caught:
        _envelope(_place(tmp_path))
    assert caught.value.next_step == "openmed keys init"


def test_the_private_key_is_private(tmp_path: Path) -> None:
    """Mode 0600, and outside the repository."""
    place = _place(tmp_path)
    init_keys(place)
    assert place.private.stat().st_mode & 0o777 == 0o600


def test_init_again_keeps_the_key(tmp_path: Path) -> None:
    """It is safe to run at every set-up."""
    place = _place(tmp_path)
    first, made = init_keys(place)
    second, made_again = init_keys(place)
    assert (first, made, made_again) == (second, True, False)


def test_signing_is_repeatable(tmp_path: Path) -> None:
    """Ed25519 over canonical bytes: the same verdict, the same envelope."""
    place = _place(tmp_path)
    init_keys(place)
    assert _envelope(place) == _envelope(place)


def test_a_strangers_signature_does_not_count(tmp_path: Path) -> None:
    """A right signature by a key that is not listed proves nothing."""
    mine, theirs = _place(tmp_path / "a"), _place(tmp_path / "b")
    init_keys(mine)
    init_keys(theirs)
    with pytest.raises(IntegrityError, match="not signed by any listed key"):
        FileVerifiers(mine).verify(_envelope(theirs))


def test_a_listed_key_counts_under_its_file_name(tmp_path: Path) -> None:
    """gates/keys/release.pub is the verifier release."""
    mine, theirs = _place(tmp_path / "a"), _place(tmp_path / "b")
    init_keys(theirs)
    mine.listed_public.mkdir(parents=True)
    public = (theirs.local_public / "local.pub").read_bytes()
    (mine.listed_public / "release.pub").write_bytes(public)
    assert FileVerifiers(mine).verify(_envelope(theirs, verifier="release")).verifier == "release"


def test_nobody_is_listed_under_the_name_local(tmp_path: Path) -> None:
    """The policy accepts local for the local registry only; a committed key is not local."""
    place = _place(tmp_path)
    init_keys(place)
    place.listed_public.mkdir(parents=True)
    (place.listed_public / "local.pub").write_bytes((place.local_public / "local.pub").read_bytes())
    with pytest.raises(IntegrityError, match="reserved for a developer's own key"):
        FileVerifiers(place).verify(_envelope(place))


@pytest.mark.parametrize("field", ["payload", "sig", "keyid", "payloadType", "signatures", "all"])
def test_an_edited_envelope_is_refused(field: str, tmp_path: Path) -> None:
    """Payload, signature, type, none at all."""
    place = _place(tmp_path)
    init_keys(place)
    table = json.loads(_envelope(place))
    match field:
        case "payload":
            table["payload"] = table["payload"][:-8] + "AAAAAAA="
        case "sig":
            table["signatures"][0]["sig"] = table["signatures"][0]["sig"][:-8] + "AAAAAAA="
        case "keyid":
            table["signatures"][0]["keyid"] = None
        case "payloadType":
            table["payloadType"] = "text/plain"
        case "signatures":
            table["signatures"] = []
        case _:
            table = {}
    with pytest.raises(IntegrityError):
        FileVerifiers(place).verify(canonical_json(table))


@pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_key_file_that_is_no_key_is_refused(content: bytes, tmp_path: Path) -> None:
    """One sentence, exit 2, and the file is left as it was."""
    place = _place(tmp_path)
    place.private.parent.mkdir(parents=True)
    place.private.write_bytes(content)
    with pytest.raises(UsageError):
        init_keys(place)
    assert place.private.read_bytes() == content


def test_the_key_is_found_by_name_or_in_the_home(tmp_path: Path) -> None:
    """The variable wins; then XDG; then ~/.config."""
    named = key_place(tmp_path, {"OPENMED_SIGNING_KEY_FILE": "/k/x.pem", "HOME": "/h"})
    assert named.private == Path("/k/x.pem")
    assert key_place(tmp_path, {"HOME": "/h"}).private == Path("/h/.config/openmed/keys/local.pem")
    xdg = key_place(tmp_path, {"HOME": "/h", "XDG_CONFIG_HOME": "/x"})
    assert xdg.private == Path("/x/openmed/keys/local.pem")


def test_a_key_may_be_given_by_the_environment(tmp_path: Path) -> None:
    """It goes before the file, and signs as it would from there."""
    place = _place(tmp_path)
    init_keys(place)
    given = key_place(tmp_path, {"OPENMED_SIGNING_KEY": place.private.read_text(), "HOME": "/x"})
    assert _envelope(given) == _envelope(place)
    with pytest.raises(UsageError):
        FileSigner(place._replace(given=b"no key")).check()
