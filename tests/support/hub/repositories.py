"""Repositories as git has them: trees by content, commits with a parent, branches and tags."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from threading import RLock

from support.hub.objects import ATTRIBUTES, LARGEST_REGULAR, File, Objects
from support.hub.wire import HubError

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
"""When the first commit was made; each later one a second after the one before."""
FULL_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Commit:
    """A commit."""

    sha: str
    parents: tuple[str, ...]
    tree: dict[str, File]
    title: str
    message: str
    author: str
    date: str


@dataclass
class Repository:
    """One repository.

    Attributes:
        name: `org/name`.
        kind: `model`, `dataset` or `space`.
        private: only those with a token that may read it see it.
        gated: its files are only for those with a token that may read it.
        refs: sha by full name, `refs/heads/main`.
        before: the same as it was before the last change: what a slow replica still answers.
        large: sha256 of the large files it holds.
        has_xet_hashes: without, the client can copy none of its large files elsewhere.
    """

    name: str
    kind: str
    owner: "Repositories"
    private: bool = False
    gated: bool = False
    refs: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    by_sha: dict[str, Commit] = field(default_factory=dict)
    large: set[str] = field(default_factory=set)
    has_xet_hashes: bool = True

    @property
    def head(self) -> str:
        """Sha of the main branch."""
        return self.refs["refs/heads/main"]

    @property
    def branches(self) -> dict[str, str]:
        """Sha by name."""
        return self._named("refs/heads/")

    @property
    def tags(self) -> dict[str, str]:
        """Sha by name."""
        return self._named("refs/tags/")

    def _named(self, prefix: str) -> dict[str, str]:
        return {k.removeprefix(prefix): sha for k, sha in self.refs.items() if k.startswith(prefix)}

    def commit(
        self, files: Mapping[str, bytes | None], *, message: str = "Edit", branch: str = "main"
    ) -> str:
        """Someone else commits these files; None deletes one.

        Returns:
            the sha.
        """
        with self.owner.lock:
            tree = dict(self.at(branch).tree)
            for path, data in files.items():
                if data is None:
                    del tree[path]
                else:
                    tree[path] = self._added(path, data)
            return self.record(tree, branch=branch, message=message, author="someone-else").sha

    def commits(self, revision: str = "main") -> list[Commit]:
        """Newest first."""
        found = [self.at(revision)]
        while found[-1].parents:
            found.append(self.by_sha[found[-1].parents[0]])
        return found

    def tree(self, revision: str = "main") -> dict[str, File]:
        """Its files by path."""
        return dict(self.at(revision).tree)

    def files(self, revision: str = "main") -> dict[str, bytes]:
        """Their bytes by path."""
        return {path: self.owner.objects.read(file) for path, file in self.tree(revision).items()}

    def at(self, revision: str, *, stale: bool = False) -> Commit:
        """The commit that a branch, a tag, a full name or a beginning of a sha names.

        Raises:
            HubError: 404, there is none.
        """
        refs = self.before if stale else self.refs
        for name in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if name in refs:
                return self.by_sha[refs[name]]
        if re.fullmatch(r"[0-9a-f]{7,40}", revision):
            found = [sha for sha in self.by_sha if sha.startswith(revision)]
            if len(found) == 1:
                return self.by_sha[found[0]]
        raise HubError(404, f"Invalid rev id: {revision}", code="RevisionNotFound")

    def is_large(self, path: str, *, size: int, sample: bytes) -> bool:
        """Whether a file of this name and beginning is kept apart from git."""
        attributes = self.at("main").tree.get(".gitattributes")
        text = self.owner.objects.read(attributes).decode() if attributes else ""
        patterns = [line.split()[0] for line in text.splitlines() if "filter=lfs" in line]
        name = path.rpartition("/")[2]
        is_named = any(fnmatch(path, pattern) or fnmatch(name, pattern) for pattern in patterns)
        return size > 0 and (is_named or b"\0" in sample or size > LARGEST_REGULAR)

    def record(self, tree: dict[str, File], *, branch: str, message: str, author: str) -> Commit:
        """Make a commit on top of the branch and move the branch to it."""
        name = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
        parents = (self.refs[name],) if name in self.refs else ()
        title, _, rest = message.partition("\n\n")
        text = json.dumps([self.kind, self.name, parents, tree, message, author, self.owner.number])
        commit = Commit(
            sha=hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
            parents=parents, tree=tree, title=title, message=rest, author=author,
            date=self.owner.next_date(),
        )  # fmt: skip
        self.by_sha[commit.sha] = commit
        self.move({name: commit.sha})
        return commit

    def purge(self, oids: frozenset[str], *, rewrite: bool) -> None:
        """Hold these large files no more; in no commit either, which gives commits other names."""
        with self.owner.lock:
            self.large -= oids
            if rewrite:
                self._rewrite(oids)
            self.owner.save()

    def _rewrite(self, oids: frozenset[str]) -> None:
        named: dict[str, str] = {}
        for old in list(self.by_sha.values()):  # Parents come first.
            tree = {path: file for path, file in old.tree.items() if file.sha256 not in oids}
            parents = tuple(named[parent] for parent in old.parents)
            if (tree, parents) == (old.tree, old.parents):
                named[old.sha] = old.sha
                continue
            text = json.dumps([self.name, parents, tree, old.sha])
            sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
            self.by_sha[sha] = replace(old, sha=sha, parents=parents, tree=tree)
            del self.by_sha[old.sha]
            named[old.sha] = sha
        self.refs = {ref: named[sha] for ref, sha in self.refs.items()}
        self.before = {ref: named[sha] for ref, sha in self.before.items()}

    def move(self, refs: Mapping[str, str | None]) -> None:
        """Point names at commits; None removes one."""
        self.before = dict(self.refs)
        for name, sha in refs.items():
            if sha is None:
                del self.refs[name]
            else:
                self.refs[name] = sha
        self.owner.save()

    def _added(self, path: str, data: bytes) -> File:
        if self.is_large(path, size=len(data), sample=data[:512]):
            file = self.owner.objects.add_large(data)
            self.large.add(str(file.sha256))
            return file
        return self.owner.objects.add(data)


class Repositories:
    """All of a Hub, behind one lock: this is what makes a commit's parent check true."""

    def __init__(self, folder: Path | None) -> None:
        """Read what the folder has."""
        self.lock = RLock()
        self.objects = Objects(folder)
        self.number = 0
        self._all: dict[tuple[str, str], Repository] = {}
        self._state = None if folder is None else folder / "repositories.json"
        if self._state is not None and self._state.exists():
            self._load(json.loads(self._state.read_text(encoding="utf-8")))

    def get(self, name: str, *, kind: str = "model") -> Repository | None:
        """The repository of this name, if there is one."""
        return self._all.get((kind, name))

    def every(self) -> tuple[Repository, ...]:
        """All of them."""
        return tuple(self._all.values())

    def create(self, name: str, *, kind: str = "model", private: bool = False) -> Repository:
        """A new one, with its first commit."""
        with self.lock:
            made = Repository(name, kind, self, private=private)
            self._all[kind, name] = made
            tree = {".gitattributes": self.objects.add(ATTRIBUTES)}
            made.record(
                tree, branch="main", message="initial commit", author=name.split("/", maxsplit=1)[0]
            )
            made.before = dict(made.refs)
            return made

    def remove(self, repository: Repository) -> None:
        """As if it had never been."""
        with self.lock:
            del self._all[repository.kind, repository.name]
            self.save()

    def next_date(self) -> str:
        """When the next commit is made."""
        self.number += 1
        return (FIRST + timedelta(seconds=self.number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def save(self) -> None:
        """Write everything but the bytes."""
        if self._state is None:
            return
        rows = [
            {
                "name": one.name, "kind": one.kind, "private": one.private, "gated": one.gated,
                "refs": one.refs, "large": sorted(one.large), "has_xet_hashes": one.has_xet_hashes,
                "commits": [asdict(commit) for commit in one.by_sha.values()],
            }
            for one in self._all.values()
        ]  # fmt: skip
        written = self._state.with_suffix(".new")
        written.write_text(json.dumps({"number": self.number, "repositories": rows}))
        written.replace(self._state)

    def _load(self, kept: dict[str, object]) -> None:
        rows = kept["repositories"]
        assert isinstance(rows, list)
        assert isinstance(kept["number"], int)
        self.number = kept["number"]
        for row in rows:
            commits = [
                Commit(
                    **{k: v for k, v in commit.items() if k not in {"tree", "parents"}},
                    parents=tuple(commit["parents"]),
                    tree={path: File(*file) for path, file in commit["tree"].items()},
                )
                for commit in row.pop("commits")
            ]
            refs, large = row.pop("refs"), set(row.pop("large"))
            self._all[row["kind"], row["name"]] = Repository(
                **row, owner=self, refs=refs, before=dict(refs), large=large,
                by_sha={commit.sha: commit for commit in commits},
            )  # fmt: skip
