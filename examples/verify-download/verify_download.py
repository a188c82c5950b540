"""Check a model that was released with openmed-release, without installing the engine.

One file; needs Python 3.11 and the package `cryptography`. It follows what is served from the signed
head over pointer, ledger and verdict to each byte of one release, and believes nothing but the key
that you give it:

    python verify_download.py 'pii::tiny::onnx' --from https://models.example.org --key theirs.pub
    python verify_download.py 'pii::tiny::onnx' --from URL --files DIR --key theirs.pub

Without --files it hashes what is served, and keeps nothing. Exit codes: 0 all of it holds, 2 usage,
5 the source cannot be reached, 7 refused. `openmed fetch` decides by the same rules; one set of
cases holds both to them (tests/contract/test_downloads_refused.py).
"""

import argparse
import base64
import hashlib
import json
import os
import re
import stat
import sys
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MOST: Final = 32 * 1024 * 1024
MOST_HEAD: Final = 64 * 1024
MOST_ENTRIES: Final = 200_000
LONGEST_HOURS: Final = 24 * 31
AHEAD: Final = timedelta(hours=1)
SECONDS: Final = 30.0
BLOCK: Final = 1024 * 1024
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
VERIFIER: Final = "urn:openmed-release:verifier:"
VERDICT: Final = "urn:openmed-release:verdict:1"
BESIDE: Final = {"openmed-download.json", "release.json", "README.md", ".gitattributes"}
PATH: Final = re.compile(r"[A-Za-z0-9_][\w.+-]*(/[A-Za-z0-9_][\w.+-]*)*")
DEVICES: Final = {"con", "prn", "aux", "nul"} | {
    f"{n}{i}" for n in ("com", "lpt") for i in range(10)
}
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
Table = dict[str, Any]


class Refused(Exception):  # noqa: N818 - what happened
    """Something is not what a trusted key vouches for."""


class Unreachable(Exception):  # noqa: N818 - what happened
    """The source did not answer."""


def read_json(data: bytes, what: str) -> Any:  # noqa: ANN401 - any JSON
    """JSON, strictly: no key twice, no NaN."""

    def table(pairs: list[tuple[str, Any]]) -> Table:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key is given twice")
        return found

    def constant(name: str) -> None:
        raise ValueError(name)

    try:
        return json.loads(data.decode(), object_pairs_hook=table, parse_constant=constant)
    except (ValueError, RecursionError):
        raise Refused(f"{what} is not valid JSON") from None


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """The bytes that are signed, for values without floats."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sha256(data: bytes) -> str:
    """Digest of exact bytes."""
    return hashlib.sha256(data).hexdigest()


def tree_digest(files: list[Table]) -> str:
    """Identity of a set of files, names included."""
    return sha256(canonical(sorted([f["path"], f["size"], f["sha256"]] for f in files)))


class Keys:
    """The keys that were given."""

    def __init__(self, files: list[Path]) -> None:
        """Read them; one file may hold several."""
        self.known: dict[str, Ed25519PublicKey] = {}
        end = b"-----END PUBLIC KEY-----"
        for file in files:
            for part in file.read_bytes().strip().split(end)[:-1]:
                key = serialization.load_pem_public_key(part + end)
                if not isinstance(key, Ed25519PublicKey):
                    raise ValueError(f"{file} is no Ed25519 key")
                raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
                form = {
                    "keytype": "ed25519",
                    "scheme": "ed25519",
                    "keyval": {"public": raw.hex()},
                }
                self.known[sha256(canonical(form))] = key
        if not self.known:
            raise ValueError("no key was given")

    def opened(self, data: bytes, what: str) -> tuple[Table, str]:
        """The predicate of a signed statement, and the id of the key."""
        envelope = read_json(data, what)
        try:
            ((keyid, signature),) = [(s["keyid"], s["sig"]) for s in envelope["signatures"]]
            payload = base64.b64decode(envelope["payload"], validate=True)
            kind, signed = envelope["payloadType"], base64.b64decode(signature, validate=True)
        except (KeyError, TypeError, ValueError):
            raise Refused(f"{what} is not signed by exactly one key") from None
        if kind != PAYLOAD_TYPE or canonical(envelope) != data or set(envelope) != {
            "payload", "payloadType", "signatures",
        }:  # fmt: skip
            raise Refused(f"{what} is not in the form in which statements are signed")
        if keyid not in self.known:
            raise Refused(f"{what} is signed by key {str(keyid)[:16]}, which you were not given")
        about = kind.encode()
        exact = b"DSSEv1 %d %s %d %s" % (len(about), about, len(payload), payload)
        try:
            self.known[keyid].verify(signed, exact)
        except InvalidSignature:
            raise Refused(f"{what} or its signature was changed after it was signed") from None
        return read_json(payload, what), keyid


class Source:
    """A folder, or a static tree over HTTP."""

    def __init__(self, name: str) -> None:
        """Take an address or a path."""
        self.is_http = name.startswith(("http://", "https://"))
        self.name = (
            name.rstrip("/") if self.is_http else str(Path(name.removeprefix("file://")).resolve())
        )

    def blocks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file; nothing at all is an empty file, a missing one is `FileNotFoundError`."""
        if not self.is_http:
            place = Path(self.name) / path
            if not stat.S_ISREG(place.stat().st_mode):
                raise Refused(f"{path} is no plain file")
            with place.open("rb") as file:
                yield from iter(lambda: file.read(BLOCK), b"")
            return
        try:
            with OPENER.open(
                f"{self.name}/{urllib.request.quote(path)}", timeout=SECONDS
            ) as answer:
                yield from iter(lambda: answer.read1(BLOCK), b"")
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                raise FileNotFoundError(path) from None
            raise Unreachable(f"{path}: the server answered {error.code}") from None
        except OSError as error:
            raise Unreachable(f"{path}: {type(error).__name__}") from None

    def read(self, path: str, most: int = MOST) -> bytes | None:
        """A whole file; None when there is none."""
        content = bytearray()
        try:
            for block in self.blocks(path):
                content += block
                if len(content) > most:
                    raise Refused(f"{path} has more than {most} bytes")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return bytes(content)

    def named(self, path: str, digest: str) -> bytes:
        """A file that its digest names."""
        data = self.read(path)
        if data is None or sha256(data) != digest:
            raise Refused(f"{path} is {'missing' if data is None else 'changed'}")
        return data


class _SameSafety(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:  # noqa: ANN401, PLR0913, PLR0917, E501 - urllib's own
        """Never from HTTPS to something else."""
        if not newurl.startswith(("https://", "http://")) or (
            req.full_url.startswith("https://") and not newurl.startswith("https://")
        ):
            raise urllib.error.URLError("a redirect to another kind of address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


OPENER: Final = urllib.request.build_opener(_SameSafety())


@dataclass
class State:
    """What the entries of a ledger add up to, as far as a download needs it."""

    live: dict[str, Table] = field(default_factory=dict)
    history: dict[tuple[str, int], Table] = field(default_factory=dict)
    condemned: list[Table] = field(default_factory=list)
    closed: dict[str, tuple[int, frozenset[str]]] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    at: dict[str, dict[str, Table]] = field(default_factory=dict)

    def add(self, entry: Table) -> None:
        """One entry more."""
        for change in entry["changes"]:
            known = getattr(self, f"_{change['event']}", None)
            if known is not None:
                known(change, entry)
            named = (change.get(key) for key in ("verdict", "waiver", "statement"))
            self.spent.update(name for name in named if name)
        self.at[entry["tag"]] = dict(self.live)

    def _promoted(self, change: Table, entry: Table) -> None:
        self._serve(change, entry, change)

    def _rolled_back(self, change: Table, entry: Table) -> None:
        before = self.history.get((change["slot"], change["restored"]))
        if before is None or before["release"]["artifact"] != change["artifact"]:
            raise Refused(f"entry {entry['tag']} restores what was never live")
        self._serve(change, entry, before["release"])

    def _serve(self, change: Table, entry: Table, release: Table) -> None:
        row = {"tag": entry["tag"], "generation": change["generation"], "release": release}
        self.live[change["slot"]] = self.history[change["slot"], change["generation"]] = row

    def _withdrawn(self, change: Table, _: Table) -> None:
        self.live.pop(change["slot"], None)

    def _quarantined(self, change: Table, entry: Table) -> None:
        self.condemned.append({**change, "tag": entry["tag"]})

    _revoked = _quarantined

    def _lifted(self, change: Table, _: Table) -> None:
        wanted = tuple(change[key] for key in ("slot", "artifact", "tag"))
        self.condemned = [
            row
            for row in self.condemned
            if row["event"] == "revoked"
            or tuple(row[key] for key in ("slot", "artifact", "tag")) != wanted
        ]

    def _key_closed(self, change: Table, entry: Table) -> None:
        self.closed[change["keyid"]] = (entry["sequence"] - 1, frozenset(self.spent))


def check_time(said: Table, now: str, what: str) -> None:
    """Refuse what expired, is of the future, or would be good for too long."""
    try:
        issued, expires, here = (
            datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            for text in (said["issued"], said["expires"], now)
        )
    except (KeyError, TypeError, ValueError):
        raise Refused(f"{what} has no times") from None
    if not timedelta(0) < expires - issued <= timedelta(hours=LONGEST_HOURS):
        raise Refused(f"{what} does not expire in time")
    if expires < here:
        raise Refused(f"{what} expired at {said['expires']}: nobody has vouched for it since")
    if issued - here > AHEAD:
        raise Refused(f"{what} is of {said['issued']}, and the clock here says {now}")


def followed(source: Source, keys: Keys, *, now: str, seen: tuple[int, str]) -> tuple[State, Table]:
    """The state that is vouched for now, and the head that was signed."""
    envelope = source.read("gates/head.json", MOST_HEAD)
    if envelope is None:
        raise Refused("there is no gates/head.json: nobody vouches for what is served")
    statement, keyid = keys.opened(envelope, "the head statement")
    head = predicate(statement, "urn:openmed-release:head:1", "head", "the head statement")
    check_time(head, now, "the head statement")
    data = source.read("gates/pointer.json") or b""
    pointer = read_json(data, "gates/pointer.json")
    said = (head["pointer"], head["size"], head["head"], head["tag"])
    got = (sha256(data), *(pointer.get(key) for key in ("ledger_size", "ledger_head", "tag")))
    if said != got or head["size"] > MOST_ENTRIES:
        raise Refused("gates/pointer.json is not the one that was signed")
    entries: list[Table] = []
    digests: list[str] = []
    name = head["head"]
    while name is not None:
        if len(entries) == head["size"] or not DIGEST.fullmatch(name):
            raise Refused("the ledger is not as long as was signed")
        entries.append(read_json(source.named(f"gates/ledger/{name}.json", name), "an entry"))
        digests.append(name)
        name = entries[-1]["parent"]
    state = State()
    for sequence, entry in enumerate(reversed(entries), start=1):
        if entry["sequence"] != sequence:
            raise Refused(f"ledger entry {entry['tag']} does not follow the one before it")
        state.add(entry)
    if len(entries) != head["size"]:
        raise Refused("the ledger is not as long as was signed")
    if keyid in state.closed and head["size"] > state.closed[keyid][0]:
        raise Refused("the head statement is signed by a key that was closed before")
    if seen[0] and (len(entries) < seen[0] or digests[len(entries) - seen[0]] != seen[1]):
        raise Refused(f"an older or another ledger is served: {seen[0]} entries were seen before")
    return state, head


def predicate(statement: Table, kind: str, name: str, what: str) -> Table:
    """What a statement of a kind says."""
    try:
        found = statement["predicate"][name]
        signer = statement["predicate"]["verifier"]["id"]
    except (KeyError, TypeError):
        found, signer = None, ""
    if statement.get("predicateType") != kind or not isinstance(found, dict):
        raise Refused(f"{what} is another statement")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", str(signer).removeprefix(VERIFIER)):
        raise Refused(f"{what} does not say who signed it")
    return found


def chosen(state: State, slot: str, tag: str) -> Table:
    """The release that is meant, if it may be used."""
    if tag and tag not in state.at:
        raise ValueError(f"there is no ledger entry {tag}")
    row = (state.at[tag] if tag else state.live).get(slot)
    if row is None:
        raise ValueError(f"nothing is live in slot {slot}")
    for fact in state.condemned:
        if fact["artifact"] == row["release"]["artifact"]:
            raise Refused(f"release {row['tag']} of {slot} is {fact['event']} since {fact['tag']}")
    return row


def check_verdict(state: State, release: Table, data: bytes, keys: Keys) -> None:
    """The signed verdict must be about exactly these bytes, by a key that counts."""
    statement, keyid = keys.opened(data, "the verdict")
    kind = "https://slsa.dev/verification_summary/v1"
    verdict = predicate(statement, kind, VERDICT, "the verdict")
    files = verdict.get("files")
    about = (verdict.get("slot"), verdict.get("artifact"), files)
    if about != (release["slot"], release["artifact"], release["files"]):
        raise Refused(f"the signed verdict is not for this release of {release['slot']}")
    if (
        verdict.get("decision") != "RELEASABLE"
        or tree_digest(release["files"]) != release["artifact"]
    ):
        raise Refused("the signed verdict releases nothing")
    signer = str(statement["predicate"]["verifier"]["id"]).removeprefix(VERIFIER)
    if signer == "local" and release["policy"]["grade"] == "green":
        raise Refused("a developer's own key may not sign a green release")
    if keyid in state.closed and sha256(data) not in state.closed[keyid][1]:
        raise Refused("the verdict is signed by a key that was closed before")


def check_beside(read: Callable[[str], bytes | None], row: Table, keys: Keys) -> set[str]:
    """`release.json` and the card beside the files of a repository must be of this release."""
    data, card = read("release.json"), read("README.md")
    if data is None:
        raise Refused("there is no release.json: nobody vouches for what is served")
    table = read_json(data, "release.json")
    pretty = f"{json.dumps(table, indent=2, sort_keys=True, ensure_ascii=False)}\n".encode()
    if pretty != data or set(table) != {"schema", "keyid", "statement", "verdict", "entry"}:
        raise Refused("release.json is not in the form in which it is written")
    statement, _ = keys.opened(table["statement"].encode(), "release.json")
    said = predicate(statement, "urn:openmed-release:release:1", "release", "release.json")
    release = row["release"]
    wanted = {
        "slot": release["slot"],
        "generation": row["generation"],
        "tag": row["tag"],
        "artifact": release["artifact"],
        "files": release["files"],
        "verdict": release["verdict"],
        "card": None if card is None else sha256(card),
    }
    for key, value in wanted.items():
        if said.get(key) != value:
            raise Refused(f"what is served is not release {row['tag']}: its {key} differs")
    if sha256(table["verdict"].encode()) != release["verdict"]:
        raise Refused("release.json holds another verdict than the one it was signed for")
    return {"release.json", "README.md"}


def check_names(files: list[Table], beside: set[str]) -> None:
    """Names must be harmless, and no two of them one file on any disk."""
    known: dict[str, str] = {}
    for name in ("openmed-download.json", *sorted(beside), *(file["path"] for file in files)):
        parts = name.split("/")
        if not PATH.fullmatch(name) or any(p.partition(".")[0].lower() in DEVICES for p in parts):
            raise Refused(f"the file name {name[:80]!r} is refused")
        places = [*("/".join(parts[:depth]) + "/" for depth in range(1, len(parts))), name]
        for place in places:
            folded = unicodedata.normalize("NFKC", place.rstrip("/").casefold())
            if known.get(folded, place) != place or (place == name and folded in known):
                raise Refused(f"the file name {name[:80]!r} is another one's on some disks")
            known[folded] = place


def check_bytes(files: list[Table], source: Source, prefix: str) -> None:
    """Hash every file."""
    for file in files:
        found, size = hashlib.sha256(), 0
        try:
            for block in source.blocks(f"{prefix}{file['path']}"):
                size += len(block)
                if size > file["size"]:
                    break
                found.update(block)
        except (FileNotFoundError, NotADirectoryError):
            raise Refused(f"{file['path']} is missing") from None
        if (size, found.hexdigest()) != (file["size"], file["sha256"]):
            raise Refused(f"{file['path']} is not what was signed")


def check_nothing_else(folder: Path, files: list[Table]) -> None:
    """A folder may hold the files, what stands beside them, and the Hub client's own notes."""
    wanted = {file["path"] for file in files} | BESIDE
    for place, folders, names in os.walk(folder):
        here = Path(place)
        for name in (*names, *(one for one in folders if (here / one).is_symlink())):
            path = (here / name).relative_to(folder).as_posix()
            if path.startswith(".cache/huggingface/"):
                continue
            if path not in wanted or (here / name).is_symlink():
                raise Refused(f"{path} does not belong to it")


def verify(options: argparse.Namespace, now: str) -> str:
    """Follow everything; a sentence on what holds."""
    slot, _, tag = options.release.partition("@")
    keys = Keys(options.key)
    gates = Source(options.gates or options.source)
    served = Source(options.files or options.registry or options.source)
    known = (
        Path(options.seen).read_text().split()
        if options.seen and Path(options.seen).exists()
        else ["0", ""]
    )
    state, head = followed(
        gates, keys, now=now, seen=(int(known[0]), known[1] if known[1:] else "")
    )
    if options.seen:
        Path(options.seen).write_text(f"{head['size']} {head['head']}\n")
    row = chosen(state, slot, tag)
    release = row["release"]
    verdict = gates.named(f"gates/evidence/{release['verdict']}.json", release["verdict"])
    check_verdict(state, release, verdict, keys)
    beside = check_beside(served.read, row, keys) if options.gates else set()
    check_names(release["files"], beside)
    tree = f"trees/{release['artifact']}/"
    prefix = (
        ""
        if options.files or options.gates
        else tree
        if options.registry
        else f"artifacts/registry/{tree}"
    )
    check_bytes(release["files"], served, prefix)
    if options.files:
        check_nothing_else(Path(options.files), release["files"])
    return f"{slot} {row['tag']}: {len(release['files'])} files, every byte ok; good until {head['expires']}"


def main(arguments: list[str] | None = None, *, now: str = "") -> int:
    """Verify; the exit code."""
    parser = argparse.ArgumentParser(
        description="Check a model that was released with openmed-release."
    )
    parser.add_argument("release", metavar="SLOT[@TAG]")
    parser.add_argument("--from", dest="source", required=True, help="URL or folder")
    parser.add_argument(
        "--key", type=Path, action="append", required=True, help="trusted public key"
    )
    parser.add_argument("--files", help="check this folder, instead of what is served")
    parser.add_argument("--registry", help="URL or folder of the registry, where it lies elsewhere")
    parser.add_argument(
        "--gates", help="URL or folder of gates/, where --from is one slot's repository"
    )
    parser.add_argument("--seen", help="file that remembers the greatest head; keep it")
    options = parser.parse_args(arguments)
    try:
        said = verify(options, now or datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    except Refused as error:
        print(f"REFUSED: {error}", file=sys.stderr)
        return 7
    except Unreachable as error:
        print(f"unreachable: {error}", file=sys.stderr)
        return 5
    except (KeyError, TypeError, AttributeError, IndexError):
        print("REFUSED: what is served is not in the form in which it is written", file=sys.stderr)
        return 7
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
