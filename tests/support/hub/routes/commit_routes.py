"""A commit: what goes where, large files of other repositories, the commit itself."""

import base64
import json
from fnmatch import fnmatch
from typing import Any

from support.hub.faults import CONFLICT
from support.hub.objects import File, lfs_file
from support.hub.repositories import Repository
from support.hub.state import State
from support.hub.wire import Call, HubError, Reply, answer

Row = dict[str, Any]


def preupload(_: State, call: Call) -> Reply:
    """Say of each file whether it is kept apart, is ignored, and what is there now."""
    where, asked = call.where, call.json()
    known = where.at(call.arguments["rev"]).tree
    ignored = asked.get("gitIgnore")
    if ignored is None and ".gitignore" in known:
        ignored = where.owner.objects.read(known[".gitignore"]).decode()
    patterns = [line.strip("/ ") for line in (ignored or "").splitlines() if line.strip()]
    rows = []
    for file in asked["files"]:
        path, sample = file["path"], base64.b64decode(file.get("sample") or "")
        is_large = where.is_large(path, size=file["size"], sample=sample)
        row: Row = {
            "path": path, "uploadMode": "lfs" if is_large else "regular",
            "shouldIgnore": any(_is_ignored(path, pattern) for pattern in patterns),
        }  # fmt: skip
        if path in known:
            row["oid"] = known[path].sha256 or known[path].blob
        rows.append(row)
    return answer({"files": rows})


def _is_ignored(path: str, pattern: str) -> bool:
    return any(fnmatch(part, pattern) for part in (path, *path.split("/")))


def commit(state: State, call: Call) -> Reply:
    """Make a commit on a branch, when the branch is where the caller thinks it is."""
    where, revision = call.where, call.arguments["rev"]
    ref = revision if revision.startswith("refs/heads/") else f"refs/heads/{revision}"
    if ref not in where.refs:
        raise HubError(404, f"Invalid rev id: {revision}", code="RevisionNotFound")
    header, operations = _read(call.body)
    parent = header.get("parentCommit")
    if parent and not where.refs[ref].startswith(parent):
        raise HubError(412, CONFLICT)
    if not operations:
        raise HubError(400, "No files have been modified since last commit")
    tree = dict(where.at(ref).tree)
    for key, value in operations:
        _apply(where, tree, key, value, lost=call.lost)
    message = "\n\n".join(p for p in (header.get("summary"), header.get("description")) if p)
    made = where.record(tree, branch=ref, message=message, author=call.author)
    url = f"{state.url}/{where.name}/commit/{made.sha}"
    return answer({"success": True, "commitOid": made.sha, "commitUrl": url, "hookOutput": ""})


def _read(body: bytes) -> tuple[Row, list[tuple[str, Row]]]:
    try:
        rows = [json.loads(line) for line in body.splitlines() if line.strip()]
        header = next(row["value"] for row in rows if row["key"] == "header")
        return header, [(row["key"], row["value"]) for row in rows if row["key"] != "header"]
    except (ValueError, KeyError, TypeError, StopIteration):
        raise HubError(400, "The commit could not be read") from None


def _apply(where: Repository, tree: dict[str, File], key: str, value: Row, *, lost: bool) -> None:
    path = value["path"]
    if ".." in path.split("/") or path.startswith("/"):
        raise HubError(422, f"Invalid path: {path}")
    match key:
        case "file":
            tree[path] = where.owner.objects.add(base64.b64decode(value["content"]))
        case "lfsFile":
            tree[path] = _large(where, value["oid"], lost=lost)
            _cover(where, tree, path)
        case "deletedFile" if path in tree:
            del tree[path]
        case "deletedFolder" if any(name.startswith(f"{path.strip('/')}/") for name in tree):
            for name in [name for name in tree if name.startswith(f"{path.strip('/')}/")]:
                del tree[name]
        case "deletedFile" | "deletedFolder":
            raise HubError(404, "A file with this name doesn't exist", code="EntryNotFound")
        case _:
            raise HubError(400, f"Unknown operation {key}")


def _large(where: Repository, oid: str, *, lost: bool) -> File:
    if lost or oid not in where.large:
        raise HubError(400, f"LFS pointer pointed to a file that does not exist: {oid}")
    return lfs_file(oid, len(where.owner.objects.large[oid]))


def _cover(where: Repository, tree: dict[str, File], path: str) -> None:
    """Name the file in `.gitattributes` when no pattern there does."""
    if where.is_large(path, size=1, sample=b""):
        return
    kept = tree.get(".gitattributes")
    text = where.owner.objects.read(kept) if kept else b""
    line = f"{path} filter=lfs diff=lfs merge=lfs -text\n".encode()
    if line not in text:
        tree[".gitattributes"] = where.owner.objects.add(text + line)


def duplicate(state: State, call: Call) -> Reply:
    """Give large files of this repository to another one; no byte is sent."""
    asked = call.json()
    name, kind = asked["target"]["name"], asked["target"].get("type") or "model"
    found = state.repositories.get(name, kind=kind)
    target = state.access.require(call.token, found, name, write=True)
    done: dict[str, list[Row]] = {"succeeded": [], "failed": []}
    for file in asked["files"]:
        if file["sha256"] in call.where.large and not call.lost:
            target.large.add(file["sha256"])
            done["succeeded"].append(file)
        else:
            done["failed"].append({"sha256": file["sha256"], "error": "not found"})
    state.repositories.save()
    return answer(done)


def purge(_: State, call: Call) -> Reply:
    """Delete large files for good, and what names them in every commit."""
    asked = call.json()["deletions"]
    call.where.purge(frozenset(asked["sha"]), rewrite=asked.get("rewriteHistory") is True)
    return answer({})
