"""Bytes of files: resolved at a revision, from the CDN, and up to it."""

import hashlib
import hmac
import re
from urllib.parse import quote

from support.hub.access import SECRET
from support.hub.objects import File
from support.hub.state import State
from support.hub.wire import Call, HubError, Reply, answer


def resolve(state: State, call: Call) -> Reply:
    """A file at a revision: its bytes, or where they are."""
    where, path = call.where, call.arguments["path"]
    state.access.require_ungated(call.token, where)
    commit = where.at(call.arguments["rev"], stale=call.stale)
    if path not in commit.tree:
        error = HubError(404, "Entry not found", code="EntryNotFound")
        error.headers = {"X-Repo-Commit": commit.sha}
        raise error
    file = commit.tree[path]
    headers = {
        "X-Repo-Commit": commit.sha, "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256 or file.blob}"', "Content-Type": "application/octet-stream",
    }  # fmt: skip
    if file.sha256:
        linked = {"X-Linked-Size": str(file.size), "X-Linked-ETag": f'"{file.sha256}"'}
        return Reply(302, b"", headers | linked | {"Location": _served_at(state, file.sha256)})
    if state.caching and not where.private and call.arguments.get("cached") is None:
        linked = {"X-Linked-Size": str(file.size), "X-Linked-ETag": f'"{file.blob}"'}
        return Reply(307, b"", headers | linked | {"Location": _cached_at(call, commit.sha, path)})
    return _ranged(call, _bytes(call, file), headers)


def _cached_at(call: Call, sha: str, path: str) -> str:
    return f"/api/resolve-cache/{call.where.kind}s/{call.where.name}/{sha}/{quote(path, safe='')}"


def _bytes(call: Call, file: File) -> bytes:
    return call.where.owner.objects.read(file)


def _served_at(state: State, sha256: str) -> str:
    return f"{state.cdn}/get/{sha256}?signature={_signature(f'get {sha256}')}"


def _ranged(call: Call, data: bytes, headers: dict[str, str]) -> Reply:
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", call.headers.get("range", ""))
    if not asked or asked.groups() == ("", ""):
        return Reply(200, data, headers)
    first, last = asked.groups()
    start = int(first) if first else max(0, len(data) - int(last))
    stop = min(len(data), int(last) + 1) if first and last else len(data)
    if start >= len(data):
        return Reply(416, b"", headers | {"Content-Range": f"bytes */{len(data)}"})
    span = f"bytes {start}-{stop - 1}/{len(data)}"
    return Reply(206, data[start:stop], headers | {"Content-Range": span})


def download(state: State, call: Call) -> Reply:
    """A large file, for anyone who has the signed address."""
    sha256 = call.arguments["oid"]
    _require_signed(call, f"get {sha256}")
    data = state.repositories.objects.large.get(sha256)
    if data is None or call.lost:
        raise HubError(404, "NoSuchKey")
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{sha256}"'}
    return _ranged(call, data, headers)


def batch(state: State, call: Call) -> Reply:
    """Where large files go; nothing is said of those that are there."""
    where, asked = call.where, call.json()
    if asked.get("operation") != "upload":
        raise HubError(400, "Only uploads are answered")
    rows = []
    for row in asked["objects"]:
        known: dict[str, object] = {"oid": row["oid"], "size": row["size"]}
        if call.lost:
            known["error"] = {"code": 404, "message": "Object does not exist"}
        elif row["oid"] not in where.large:
            name = f"put {where.kind} {where.name} {row['oid']}"
            put = f"{state.cdn}/put/{where.kind}/{where.name}/{row['oid']}"
            verify = f"{state.url}{call.path.removesuffix('objects/batch')}verify"
            known["actions"] = {
                "upload": {"href": f"{put}?signature={_signature(name)}", "header": {}},
                "verify": {"href": verify, "header": {}},
            }
        rows.append(known)
    return answer({"transfer": "basic", "objects": rows})


def upload(state: State, call: Call) -> Reply:
    """Bytes of a large file, from anyone who has the signed address."""
    kind, oid = call.arguments["kind"], call.arguments["oid"]
    name = f"{call.arguments['namespace']}/{call.arguments['name']}"
    _require_signed(call, f"put {kind} {name} {oid}")
    if hashlib.sha256(call.body).hexdigest() != oid:
        raise HubError(400, "The bytes are not those of the name")
    state.repositories.objects.add_large(call.body)
    return Reply(200, b"", {"ETag": f'"{oid}"'})


def verify(state: State, call: Call) -> Reply:
    """The file is there: from now on the repository holds it."""
    asked = call.json()
    data = state.repositories.objects.large.get(asked["oid"])
    if data is None or len(data) != asked["size"] or call.lost:
        raise HubError(404, "Object does not exist")
    call.where.large.add(asked["oid"])
    state.repositories.save()
    return answer({})


def _signature(text: str) -> str:
    return hmac.new(SECRET, text.encode(), hashlib.sha256).hexdigest()[:32]


def _require_signed(call: Call, text: str) -> None:
    if not hmac.compare_digest(call.query.get("signature", [""])[0], _signature(text)):
        raise HubError(403, "The address is not signed")
