"""What a repository is and has: its description, its trees, commits, branches and tags."""

from typing import Any

from support.hub.cards import metadata
from support.hub.objects import File, pointer
from support.hub.repositories import Commit, Repository
from support.hub.state import State
from support.hub.wire import Call, HubError, Reply, answer

Row = dict[str, Any]


def info(_: State, call: Call) -> Reply:
    """Describe the repository at a revision."""
    where = call.where
    commit = where.at(call.arguments.get("rev", "main"), stale=call.stale)
    card = _card(where, commit)
    row: Row = {
        "_id": where.name, "id": where.name, "modelId": where.name,
        "author": where.name.split("/")[0], "sha": commit.sha, "lastModified": commit.date,
        "createdAt": where.commits(commit.sha)[-1].date, "private": where.private,
        "gated": "manual" if where.gated else False, "disabled": False, "downloads": 0,
        "likes": 0, "tags": list(card.get("tags") or []),
        "siblings": [
            _sibling(path, file, full=call.asks("blobs"))
            for path, file in sorted(commit.tree.items())
        ],
        **({"cardData": card} if card else {}),
        **({"model-index": card["model-index"]} if "model-index" in card else {}),
        **{k: card[k] for k in ("library_name", "pipeline_tag") if k in card},
    }  # fmt: skip
    wanted = call.query.get("expand")
    if wanted:
        row = {k: v for k, v in row.items() if k in {"_id", "id", "modelId", *wanted}}
    return answer(row)


def _card(where: Repository, commit: Commit) -> Row:
    readme = commit.tree.get("README.md")
    if readme is None or readme.sha256:
        return {}
    found = metadata(where.owner.objects.read(readme).decode("utf-8", "replace"))
    return found if isinstance(found, dict) else {}


def _sibling(path: str, file: File, *, full: bool) -> Row:
    row: Row = {"rfilename": path}
    if full:
        row |= {"size": file.size, "blobId": file.blob}
        if file.sha256:
            row["lfs"] = {
                "sha256": file.sha256, "size": file.size,
                "pointerSize": len(pointer(file.sha256, file.size)),
            }  # fmt: skip
    return row


def tree(state: State, call: Call) -> Reply:
    """List a folder."""
    where = call.where
    commit = where.at(call.arguments["rev"], stale=call.stale)
    folder = call.arguments.get("path", "").strip("/")
    inside = {p: f for p, f in commit.tree.items() if not folder or p.startswith(f"{folder}/")}
    if folder and not inside:
        raise HubError(
            404, f"{folder} does not exist on {call.arguments['rev']}", code="EntryNotFound"
        )
    rows = _entries(where, commit, inside, folder=folder, call=call)
    return _paged(state, call, rows)


def _entries(
    where: Repository, commit: Commit, inside: dict[str, File], *, folder: str, call: Call
) -> list[Row]:
    start = len(folder) + 1 if folder else 0
    folders = {
        path[: start + at]
        for path in inside
        for at, letter in enumerate(path[start:])
        if letter == "/"
    }
    rows = [_folder(path) for path in folders]
    rows += [_entry(where, commit, path, full=call.asks("expand")) for path in inside]
    if not call.asks("recursive"):
        rows = [row for row in rows if "/" not in row["path"][start:]]
    return sorted(rows, key=lambda row: row["path"])


def _folder(path: str) -> Row:
    return {"type": "directory", "path": path, "size": 0, "oid": "0" * 40}


def _entry(where: Repository, commit: Commit, path: str, *, full: bool = False) -> Row:
    file = commit.tree[path]
    row: Row = {"type": "file", "path": path, "size": file.size, "oid": file.blob}
    if file.sha256:
        size = len(pointer(file.sha256, file.size))
        row["lfs"] = {"oid": file.sha256, "size": file.size, "pointerSize": size}
        if where.has_xet_hashes:
            row["xetHash"] = file.sha256
    if full:
        row["lastCommit"] = {"id": commit.sha, "title": commit.title, "date": commit.date}
        scan = {"status": "safe"}
        row["securityFileStatus"] = {"status": "safe", "avScan": scan, "pickleImportScan": scan}
    return row


def paths_info(_: State, call: Call) -> Reply:
    """Describe some paths; those that are not there are left out."""
    from urllib.parse import parse_qs  # noqa: PLC0415 - the one form among all this JSON

    commit = call.where.at(call.arguments["rev"], stale=call.stale)
    form = parse_qs(call.body.decode(), keep_blank_values=True)
    full = form.get("expand", [""])[0].lower() == "true"
    rows = []
    for path in form.get("paths", []):
        if path in commit.tree:
            rows.append(_entry(call.where, commit, path, full=full))
        elif any(name.startswith(f"{path.strip('/')}/") for name in commit.tree):
            rows.append(_folder(path.strip("/")))
    return answer(rows)


def refs(_: State, call: Call) -> Reply:
    """List branches and tags."""
    known = call.where.before if call.stale else call.where.refs
    rows: dict[str, list[Row]] = {"branches": [], "converts": [], "tags": []}
    for ref, sha in sorted(known.items()):
        kind = "branches" if ref.startswith("refs/heads/") else "tags"
        rows[kind].append({"name": ref.split("/", 2)[2], "ref": ref, "targetCommit": sha})
    return answer(rows | ({"pullRequests": []} if call.asks("include_prs") else {}))


def commits(state: State, call: Call) -> Reply:
    """List commits, newest first."""
    at = call.where.at(call.arguments["rev"], stale=call.stale)
    rows = [
        {
            "id": commit.sha, "title": commit.title, "message": commit.message,
            "date": commit.date, "authors": [{"user": commit.author, "avatar": ""}],
        }
        for commit in call.where.commits(at.sha)
    ]  # fmt: skip
    return _paged(state, call, rows)


def large_files(state: State, call: Call) -> Reply:
    """List every large file that it holds, of whatever commit."""
    where = call.where
    names = {
        file.sha256: path
        for commit in where.by_sha.values()
        for path, file in commit.tree.items()
        if file.sha256
    }
    rows = [
        {
            "fileOid": oid, "oid": oid, "filename": names.get(oid, ""), "ref": "refs/heads/main",
            "pushedAt": "2026-01-01T00:00:00.000Z", "size": len(where.owner.objects.large[oid]),
        }
        for oid in sorted(where.large)
    ]  # fmt: skip
    return _paged(state, call, rows)


def _paged(state: State, call: Call, rows: list[Row]) -> Reply:
    start = int(call.query.get("cursor", ["0"])[0])
    reply = answer(rows[start : start + state.page])
    if start + state.page < len(rows):
        rest = "&".join(
            f"{name}={value}" for name, values in call.query.items() if name != "cursor"
            for value in values
        )  # fmt: skip
        url = f"{state.url}{call.path}?{rest}&cursor={start + state.page}"
        reply.headers["Link"] = f'<{url}>; rel="next"'
    return reply
