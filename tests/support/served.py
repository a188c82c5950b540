"""What a publisher serves, and what somebody in between may make of it: one set for both verifiers.

A mutant is a few files that differ from those that are served. Whoever makes it has every byte
that was ever public and no private key of the publisher.
"""

import base64
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from securesystemslib.dsse import Envelope
from securesystemslib.signer._crypto_signer import CryptoSigner
from support import builders
from support.places import BACK, LEAKS, SLOT, Place
from support.repositories import ROOT

from openmed.adapters.keys.key_files import load_private, make_private
from openmed.app.fetch import fetch_release, wanted_release
from openmed.context.consumer import Consumer, Source
from openmed.domain.attestation.head_statement import expiry
from openmed.domain.attestation.release_statement import (
    payload_of_release,
    release_json,
    release_statement,
)
from openmed.domain.attestation.statement import PAYLOAD_TYPE
from openmed.domain.digest import Json, canonical_json, sha256_hex
from openmed.errors import OpenMedError
from openmed.exit_codes import EXIT_CODE_OF, ExitCode

EARLIER, NOW = builders.NOW, "2026-11-26T12:00:00Z"
SOON, LATE = "2026-11-27T12:00:00Z", "2026-12-02T12:00:00Z"
HOURS = 96
PLACES_IN_A_FILE = 8


class Mutant(NamedTuple):
    """One thing that somebody in between did.

    Attributes:
        name: what.
        files: content by path; None = the file is gone.
    """

    name: str
    files: Mapping[str, bytes | None]


class Served:
    """A publisher's release repository, and one slot's own repository beside it.

    First, second and third were released in turn; the third was revoked by a rollback, a fourth
    was quarantined, so the second is live.

    Attributes:
        root: the release repository; `gates/` and the registry are served from here.
        repository: what a registry serves of one slot: files, card and `release.json`.
        key: the publisher's public key, as the consumer has it.
        old: head and pointer as they were after the first release.
        tags: of the entries, oldest first.
    """

    def __init__(self, folder: Path) -> None:
        """Make all of it."""
        self.root = folder / "publisher"
        self.repository = folder / "slot"
        with patch.dict(os.environ, {"HOME": str(self.root / "me"), "XDG_CONFIG_HOME": ""}):
            place = Place(self.root, now=EARLIER)
            place.release(b"first")
            place.regenerate()
            names = ("gates/head.json", "gates/pointer.json")
            self.old = {name: (self.root / name).read_bytes() for name in names}
            place.release(b"second")
            self.repositories = [self._repository(place)]
            place.release(b"third")
            self.repositories.append(self._repository(place))
            place.roll_back(BACK)
            place.release(b"fourth", covered=LEAKS)
            self.repositories.insert(0, self._repository(place))
            later = Place(self.root, now=NOW)
            later.world.heads.sign(later.releases.state())
        self.place = place
        self.state = place.releases.state()
        self.tags = [entry.tag for entry in self.state.entries]
        live = self.state.live_in(SLOT)
        assert live is not None
        self.live = live
        self.key = self.root / "gates/keys/release.pub"
        self.tree = f"artifacts/registry/trees/{live.release.artifact}/"
        for name, data in self.repositories[0].items():
            self.repository.mkdir(exist_ok=True)
            (self.repository / name).write_bytes(data)

    def _repository(self, place: Place) -> dict[str, bytes]:
        state = place.releases.state()
        live = state.live_in(SLOT)
        assert live is not None
        card = f"# {live.release.candidate.title} {live.tag}\n".encode()
        said = release_statement(
            live,
            state.entries[-1],
            card=sha256_hex(card),
            gates="",
            issued=EARLIER,
            expires=expiry(EARLIER, hours=HOURS),
        )
        signed = place.signer.sign(payload_of_release(said, verifier="release"))
        verdict = place.releases.evidence(live.release.verdict)
        file = release_json(
            signed, verdict=verdict, entry=state.entries[-1], keyid=place.signer.keyid
        )
        tree = Path(place.served(live.release.artifact))
        files = {name.path: (tree / name.path).read_bytes() for name in live.release.files}
        return {**files, "README.md": card, "release.json": file}

    @property
    def followed(self) -> tuple[str, ...]:
        """Every file that a download of what is live must look at."""
        return (
            "gates/head.json",
            "gates/pointer.json",
            *(f"gates/ledger/{entry.digest}.json" for entry in self.state.entries),
            f"gates/evidence/{self.live.release.verdict}.json",
            *(f"{self.tree}{file.path}" for file in self.live.release.files),
        )

    @contextmanager
    def spoilt(self, folder: Path, mutant: Mapping[str, bytes | None]) -> Iterator[None]:
        """Serve a mutant for a while."""
        kept = {name: _read(folder / name) for name in mutant}
        try:
            for name, data in mutant.items():
                _put(folder / name, data)
            yield
        finally:
            for name, data in kept.items():
                _put(folder / name, data)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _put(path: Path, data: bytes | None) -> None:
    path.parent.chmod(0o755)
    path.unlink(missing_ok=True)
    if data is not None:
        path.write_bytes(data)


def mutants(served: Served) -> Iterator[Mutant]:
    """What can be done to what is followed in a release repository."""
    files = {name: (served.root / name).read_bytes() for name in served.followed}
    for name, data in files.items():
        yield from spoilt_bytes(name, data)
        for other, content in files.items():
            if other != name and Path(other).parent == Path(name).parent:
                yield Mutant(f"{name} is {other}", {name: content})
    yield Mutant(
        "the old pointer under the new head",
        {"gates/pointer.json": served.old["gates/pointer.json"]},
    )
    yield Mutant(
        "the old head over the new pointer", {"gates/head.json": served.old["gates/head.json"]}
    )
    yield from _edited_pointers(files["gates/pointer.json"], served)
    yield from _forged_heads(files, served)
    yield from _other_releases(served)


def repository_mutants(served: Served) -> Iterator[Mutant]:
    """What can be done to what one slot's own repository serves."""
    own, others = served.repositories[0], served.repositories[1:]
    for name, data in own.items():
        yield from spoilt_bytes(name, data)
        for number, other in enumerate(others):
            if other[name] != data:
                yield Mutant(f"{name} of other release {number}", {name: other[name]})
    for number, other in enumerate(others):
        names = ("README.md", "release.json")
        yield Mutant(f"card and word of other release {number}", {n: other[n] for n in names})
        yield Mutant(f"all of other release {number}", {**other})
    table = json.loads(own["release.json"])
    for key in table:
        for changed in ("", table[key][:-1], None):
            yield Mutant(f"release.json: {key} = {str(changed)[:9]}", {
                "release.json": _pretty({**table, key: changed})
            })  # fmt: skip


def spoilt_bytes(name: str, data: bytes) -> Iterator[Mutant]:
    """A file with one bit flipped in many places, cut, longer, empty or gone."""
    step = max(1, (len(data) - 1) // PLACES_IN_A_FILE)
    for at in sorted({*range(0, len(data), step), len(data) - 1}):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        yield Mutant(f"{name}: bit of byte {at}", {name: changed})
    ways: dict[str, bytes | None] = {
        "gone": None,
        "empty": b"",
        "cut": data[: len(data) // 2],
        "one byte less": data[:-1],
        "a newline more": data + b"\n",
        "a space before": b" " + data,
        "twice": data * 2,
        "zeros": bytes(len(data)),
    }
    yield from (Mutant(f"{name}: {way}", {name: content}) for way, content in ways.items())


def _edited_pointers(data: bytes, served: Served) -> Iterator[Mutant]:
    table = json.loads(data)
    row = table["slots"][0]
    third = builders.artifact_of(b"third")
    edits: dict[str, dict[str, Json]] = {
        "another artifact": {**table, "slots": [{**row, "artifact": third}]},
        "another generation": {**table, "slots": [{**row, "generation": row["generation"] + 1}]},
        "nothing live": {**table, "slots": []},
        "a shorter ledger": {**table, "ledger_size": 1},
        "an older head": {**table, "ledger_head": served.state.entries[0].digest},
    }
    for name, edited in edits.items():
        yield Mutant(f"pointer: {name}", {"gates/pointer.json": _pretty(edited)})


def _forged_heads(files: Mapping[str, bytes], served: Served) -> Iterator[Mutant]:
    """Heads that somebody signs with a key of his own, or puts together from signed parts."""
    envelope = json.loads(files["gates/head.json"])
    payload = base64.b64decode(envelope["payload"])
    file = served.root.parent / "stranger.pem"
    make_private(file)
    stranger = CryptoSigner(load_private(file))

    def head(**changes: Json) -> dict[str, bytes | None]:
        return {"gates/head.json": canonical_json({**envelope, **changes})}

    def signed(payload: bytes, *, keyid: str = "") -> dict[str, bytes | None]:
        one = Envelope(payload, PAYLOAD_TYPE, {})
        one.sign(stranger)
        table = one.to_dict()
        if keyid:
            table["signatures"][0]["keyid"] = keyid
        return {"gates/head.json": canonical_json(table)}

    (signature,) = envelope["signatures"]
    yield Mutant("head: signed by a stranger", signed(payload))
    yield Mutant(
        "head: a stranger's signature under our key's id", signed(payload, keyid=signature["keyid"])
    )
    later = payload.replace(b"2026-11-30", b"2027-11-30")
    assert later != payload
    yield Mutant("head: a later expiry", head(payload=base64.b64encode(later).decode()))
    yield Mutant("head: a later expiry, signed by a stranger", signed(later))
    yield Mutant("head: no signature", head(signatures=[]))
    yield Mutant("head: twice the signature", head(signatures=[signature, signature]))
    yield Mutant("head: an empty signature", head(signatures=[{**signature, "sig": ""}]))
    yield Mutant("head: another kind of payload", head(payloadType="text/plain"))
    yield Mutant("head: a field more", head(comment="ours"))
    yield Mutant("head: a verdict in its place", {
        "gates/head.json": files[f"gates/evidence/{served.live.release.verdict}.json"]
    })  # fmt: skip
    word = json.loads(served.repositories[0]["release.json"])["statement"]
    yield Mutant("head: a release statement in its place", {"gates/head.json": word.encode()})


def _other_releases(served: Served) -> Iterator[Mutant]:
    """Bytes and verdicts of another release, each under the name of this one."""
    for content in (b"first", b"third"):
        other = Path(served.place.served(builders.artifact_of(content)))
        files = {
            f"{served.tree}{file.path}": (other / file.path).read_bytes()
            for file in served.live.release.files
        }
        yield Mutant(f"all bytes of {content!r}", files)
    name = f"gates/evidence/{served.live.release.verdict}.json"
    for row in served.state.history:
        verdict = served.place.releases.evidence(row.release.verdict)
        if row.release.verdict != served.live.release.verdict:
            yield Mutant(f"the verdict of {row.tag}", {name: verdict})


def _pretty(table: Mapping[str, Json]) -> bytes:
    return (json.dumps(table, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


class Asked(NamedTuple):
    """A download that somebody asks for.

    Attributes:
        source: from where.
        gates: what serves `gates/`, where the source is one slot's repository.
        release: slot, or slot and tag.
        key: the key that is trusted.
        now: when.
        state: folder in which the greatest head is remembered.
    """

    source: str
    key: Path
    state: Path
    release: str = SLOT
    gates: str = ""
    now: str = SOON


def a_consumer(key: Path, home: Path, *, now: str = SOON) -> Consumer:
    """Somebody who trusts one key, with a home of their own."""
    environ = {"HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
    return Consumer(key_files=(key,), environ=environ, now=now)


def by_fetch(asked: Asked, folder: Path) -> int:
    """Exit code of `openmed fetch`; what it refuses leaves nothing behind."""
    assert not folder.exists()
    consumer = a_consumer(asked.key, asked.state, now=asked.now)
    source = Source(asked.source, gates=asked.gates)
    try:
        wanted = wanted_release(asked.release)
        fetch_release(consumer, wanted, source, folder=consumer.folder(folder))
        code = ExitCode.DONE
    except OpenMedError as error:
        code = EXIT_CODE_OF[error.kind]
    left = [folder.exists(), *folder.parent.glob(".*openmed-part")]
    assert left == [code is ExitCode.DONE]
    return code


def by_verifier(asked: Asked, files: Path | None = None) -> int:
    """Exit code of the stand-alone verifier."""
    asked.state.mkdir(parents=True, exist_ok=True)
    words = [asked.release, "--from", asked.source, "--key", str(asked.key)]
    words += ["--seen", str(asked.state / "seen")]
    words += ["--gates", asked.gates] if asked.gates else []
    words += ["--files", str(files)] if files else []
    return _standalone()(words, now=asked.now)


_FILE = ROOT / "examples" / "verify-download" / "verify_download.py"


def _standalone() -> Callable[..., int]:
    """The program's `main`, loaded once, from where it is shipped."""
    name = "verify_download"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _FILE)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    main: Callable[..., int] = sys.modules[name].main
    return main
