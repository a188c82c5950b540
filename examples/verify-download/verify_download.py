"""Check a model that was released with openmed-release, without installing the engine.

One file; needs Python 3.11 and `cryptography`. It follows what is served from the signed head over
pointer, ledger and verdict to each byte of one release; only the key that you give is believed:

    python verify_download.py pii::tiny::onnx --from https://models.example.org --key theirs.pub
    python verify_download.py pii::tiny::onnx --from URL --files DIR --key theirs.pub --seen s.txt

Without --files it hashes what is served, and keeps nothing. Exit codes: 0 all of it holds, 2 usage,
5 the source cannot be reached, 7 refused. `openmed fetch` decides by the same rules.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import stat
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MOST: Final = 32 * 1024 * 1024
AHEAD: Final = timedelta(hours=1)
MOST_ENTRIES: Final = 200_000
BLOCK: Final = 1024 * 1024
VERIFIER: Final = "urn:openmed-release:verifier:"
VERDICT: Final = "urn:openmed-release:verdict:1"
BESIDE: Final = {"openmed-download.json", "release.json", "README.md", ".gitattributes"}
PATH: Final = re.compile(r"[A-Za-z0-9_][\w.+-]*(/[A-Za-z0-9_][\w.+-]*)*")
Table = dict[str, Any]


class Refused(Exception):  # noqa: N818 - what happened
    """Something is not what a trusted key vouches for."""


def read_json(data: bytes, what: str) -> Any:  # noqa: ANN401 - any JSON
    """JSON, strictly: no key twice."""

    def table(pairs: list[tuple[str, Any]]) -> Table:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key is given twice")
        return found

    try:
        return json.loads(data.decode(), object_pairs_hook=table)
    except (ValueError, RecursionError):
        raise Refused(f"{what} is not valid JSON") from None


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """The bytes that are signed, for values without floats."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


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
                    raise ValueError(f"{file} is no Ed25519 key")  # noqa: TRY004 - of the file
                public = {"public": key.public_bytes_raw().hex()}
                form = {"keytype": "ed25519", "scheme": "ed25519", "keyval": public}
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
        is_ours = set(envelope) == {"payload", "payloadType", "signatures"}
        if not is_ours or kind != "application/vnd.in-toto+json" or canonical(envelope) != data:
            raise Refused(f"{what} is not in the form in which statements are signed")
        if keyid not in self.known:
            raise Refused(f"{what} is signed by key {str(keyid)[:16]}, which you were not given")
        exact = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
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
        self.name = name.rstrip("/").removeprefix("file://")

    def blocks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file; `FileNotFoundError` where there is none."""
        if not self.is_http:
            place = Path(self.name) / path
            if not stat.S_ISREG(place.stat().st_mode):
                raise Refused(f"{path} is no plain file")
            with place.open("rb") as file:
                yield from iter(lambda: file.read(BLOCK), b"")
            return
        try:
            address = f"{self.name}/{quote(path)}"
            with urllib.request.urlopen(address, timeout=30.0) as answer:  # noqa: S310 - http(s)
                yield from iter(lambda: answer.read1(BLOCK), b"")
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                raise FileNotFoundError(path) from None
            raise ConnectionError(f"{path}: the server answered {error.code}") from None

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
        self._serve(change, entry, self.history[change["slot"], change["restored"]]["release"])

    def _serve(self, change: Table, entry: Table, release: Table) -> None:
        row = {"tag": entry["tag"], "generation": change["generation"], "release": release}
        self.live[change["slot"]] = self.history[change["slot"], change["generation"]] = row

    def _withdrawn(self, change: Table, _: Table) -> None:
        self.live.pop(change["slot"], None)

    def _quarantined(self, change: Table, entry: Table) -> None:
        self.condemned.append({**change, "tag": entry["tag"]})

    _revoked = _quarantined

    def _lifted(self, change: Table, _: Table) -> None:
        wanted = ("quarantined", change["slot"], change["artifact"], change["tag"])
        names = ("event", "slot", "artifact", "tag")
        self.condemned = [r for r in self.condemned if tuple(r[n] for n in names) != wanted]

    def _key_closed(self, change: Table, entry: Table) -> None:
        self.closed[change["keyid"]] = (entry["sequence"] - 1, frozenset(self.spent))


def check_time(said: Table, now: str, what: str) -> None:
    """Refuse what expired, is of the future, or would be good for too long."""
    issued, expires, here = (
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        for text in (said["issued"], said["expires"], now)
    )
    if not timedelta(0) < expires - issued <= timedelta(hours=24 * 31):
        raise Refused(f"{what} does not expire in time")
    if expires < here:
        raise Refused(f"{what} expired at {said['expires']}: nobody has vouched for it since")
    if issued - here > AHEAD:
        raise Refused(f"{what} is of {said['issued']}, and the clock here says {now}")


def followed(source: Source, keys: Keys, *, now: str, seen: tuple[int, str]) -> tuple[State, Table]:
    """The state that is vouched for now, and the head that was signed."""
    envelope = source.read("gates/head.json", 64 * 1024)
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
    digests = [head["head"]]
    while digests[-1] is not None and len(entries) < head["size"]:
        data = source.named(f"gates/ledger/{digests[-1]}.json", digests[-1])
        entries.append(read_json(data, "a ledger entry"))
        digests.append(entries[-1]["parent"])
    state = State()
    for entry in reversed(entries):
        state.add(entry)
    numbers = [entry["sequence"] for entry in entries]
    if digests[-1] is not None or numbers != list(range(head["size"], 0, -1)):
        raise Refused("the ledger is not as long as was signed")
    if keyid in state.closed and head["size"] > state.closed[keyid][0]:
        raise Refused("the head statement is signed by a key that was closed before")
    if seen[0] and (len(entries) < seen[0] or digests[len(entries) - seen[0]] != seen[1]):
        raise Refused(f"an older or another ledger is served: {seen[0]} entries were seen before")
    return state, head


def predicate(statement: Table, kind: str, name: str, what: str) -> Table:
    """What a statement of a kind says."""
    found: Table = statement["predicate"][name]
    signer = statement["predicate"]["verifier"]["id"].removeprefix(VERIFIER)
    if statement["predicateType"] != kind or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", signer):
        raise Refused(f"{what} is another statement")
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
    about = [verdict[key] for key in ("slot", "artifact", "files", "decision")]
    if about != [release["slot"], release["artifact"], release["files"], "RELEASABLE"]:
        raise Refused(f"the signed verdict is not for this release of {release['slot']}")
    if tree_digest(release["files"]) != release["artifact"]:
        raise Refused("its files are not those of its artifact")
    signer = str(statement["predicate"]["verifier"]["id"]).removeprefix(VERIFIER)
    if signer == "local" and release["policy"]["grade"] == "green":
        raise Refused("a developer's own key may not sign a green release")
    if keyid in state.closed and sha256(data) not in state.closed[keyid][1]:
        raise Refused("the verdict is signed by a key that was closed before")


def check_beside(read: Callable[[str], bytes | None], row: Table, keys: Keys) -> None:
    """`release.json` and the card beside the files of a repository must be of this release."""
    data, card = read("release.json"), read("README.md")
    if data is None:
        raise Refused("there is no release.json: nobody vouches for what is served")
    table = read_json(data, "release.json")
    pretty = f"{json.dumps(table, indent=2, sort_keys=True, ensure_ascii=False)}\n".encode()
    if pretty != data or table.get("schema") != "openmed.release/1":
        raise Refused("release.json is not in the form in which it is written")
    statement, keyid = keys.opened(table["statement"].encode(), "release.json")
    said = predicate(statement, "urn:openmed-release:release:1", "release", "release.json")
    release = row["release"]
    wanted = {key: release[key] for key in ("slot", "artifact", "files", "verdict")}
    wanted |= {"generation": row["generation"], "tag": row["tag"]}
    wanted["entry"] = sha256(table["entry"].encode())
    wanted["card"] = None if card is None else sha256(card)
    for key, value in wanted.items():
        if said.get(key) != value:
            raise Refused(f"what is served is not release {row['tag']}: its {key} differs")
    if (table["keyid"], sha256(table["verdict"].encode())) != (keyid, release["verdict"]):
        raise Refused("release.json holds a key or a verdict that it was not signed for")


def check_bytes(files: list[Table], source: Source, prefix: str) -> None:
    """Hash every file."""
    for file in files:
        if not PATH.fullmatch(file["path"]):
            raise Refused(f"the file name {file['path'][:80]!r} is refused")
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
    for place in folder.rglob("*"):
        path = place.relative_to(folder).as_posix()
        is_known = path in wanted or path.startswith(".cache/huggingface/") or place.is_dir()
        if place.is_symlink() or not is_known:
            raise Refused(f"{path} does not belong to it")


def verify(options: argparse.Namespace, now: str) -> str:
    """Follow everything; a sentence on what holds."""
    slot, _, tag = options.release.partition("@")
    keys = Keys(options.key)
    gates = Source(options.gates or options.source)
    served = Source(options.files or options.registry or options.source)
    seen = Path(options.seen or os.devnull)
    known = seen.read_text(encoding="utf-8").split() if seen.is_file() else ["0", ""]
    state, head = followed(gates, keys, now=now, seen=(int(known[0]), known[1]))
    seen.write_text(f"{head['size']} {head['head']}\n", encoding="utf-8")
    row = chosen(state, slot, tag)
    release = row["release"]
    verdict = gates.named(f"gates/evidence/{release['verdict']}.json", release["verdict"])
    check_verdict(state, release, verdict, keys)
    if options.gates:
        check_beside(served.read, row, keys)
    tree = f"{'' if options.registry else 'artifacts/registry/'}trees/{release['artifact']}/"
    prefix = "" if options.files or options.gates else tree
    check_bytes(release["files"], served, prefix)
    if options.files:
        check_nothing_else(Path(options.files), release["files"])
    return f"{slot} {row['tag']}: every byte ok; vouched for until {head['expires']}"


def main(arguments: list[str] | None = None, *, now: str = "") -> int:
    """Verify; the exit code."""
    parser = argparse.ArgumentParser(description="Check a release without the engine.")
    parser.add_argument("release", metavar="SLOT[@TAG]")
    parser.add_argument("--from", dest="source", required=True, help="URL or folder")
    parser.add_argument("--key", type=Path, action="append", required=True, help="public key")
    parser.add_argument("--files", help="check this folder, instead of what is served")
    parser.add_argument("--registry", help="URL or folder of the registry, if it lies elsewhere")
    parser.add_argument("--gates", help="URL or folder of gates/, if --from is one slot's own")
    parser.add_argument("--seen", help="file that remembers the greatest head; keep it")
    options = parser.parse_args(arguments)
    try:
        code, said = 0, verify(options, now or datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    except Refused as error:
        said, code = f"REFUSED: {error}", 7
    except (KeyError, TypeError, AttributeError, IndexError):
        said, code = "REFUSED: what is served is not in the form in which it is written", 7
    except (ValueError, UnsupportedAlgorithm) as error:
        said, code = f"error: {error}", 2
    except OSError as error:
        said, code = f"unreachable: {error}", 5
    print(said, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
