"""The branch of the remote that holds the state: fetch it, read it, push one commit to it.

Its pointer and ledger are read from git's objects and checked like those on disk. Nothing is
ever forced. What a push said decides nothing; what the branch has afterwards does.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from openmed.adapters.sync.git import SECONDS, read_blobs, run_git
from openmed.domain.attestation.head_statement import HEAD_FILE
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.ledger.pointer import PointerTable, open_state, pointer_of
from openmed.domain.release.sync_config import SyncConfig
from openmed.domain.wire import parse
from openmed.errors import EvidenceError, ExternalError, IntegrityError
from openmed.ports.sharing import PushAnswer, SharedState

POINTER: Final = "gates/pointer.json"
LEDGER: Final = "gates/ledger"
EVIDENCE: Final = "gates/evidence"
QUARANTINE: Final = "gates/quarantine"
WAIVERS: Final = "gates/waivers"
BASELINE: Final = "gates/baseline.json"
HEAD: Final = HEAD_FILE
RUNS: Final = "gates/runs"
NIGHTLY: Final = "gates/nightly"
EVENTS: Final = "gates/events"
NOTICES: Final = "gates/notices"
OWNED: Final = (
    *(POINTER, BASELINE, HEAD, LEDGER, EVIDENCE, QUARANTINE, WAIVERS),
    *(RUNS, NIGHTLY, EVENTS, NOTICES),
)
_QUEUE: Final = "gates/candidates.toml"


class GitBranch:
    """One branch of one remote.

    Attributes:
        name: how a person names it.
        ref: where git keeps it.
        is_missing: whether the remote has no such branch, as far as was asked.
        reviewed: the branch on which people review what decides, as git keeps it; empty when
            the remote has none, or was not asked.
    """

    def __init__(self, root: Path, sharing: SyncConfig, *, prefix: str) -> None:
        """Remember the place; nothing is asked yet."""
        self._root = root
        self._sharing = sharing
        self._prefix = prefix
        self.name = f"{sharing.remote}/{sharing.branch}"
        self.ref = self._tracking(sharing.branch)
        self.is_missing = False
        self.reviewed = ""

    def fetch(self, *, seconds: float | None = None) -> str:
        """Ask the remote for its branches; why it cannot be reached, empty when it was.

        Args:
            seconds: longest wait for each of two answers; None = as long as git may take.
        """
        limit = SECONDS if seconds is None else seconds
        remote = self._sharing.remote
        asked = run_git(self._root, "ls-remote", "--symref", remote, seconds=limit)
        if asked.code:
            return asked.reason
        rows = [line.split("\t") for line in asked.out.splitlines() if "\t" in line]
        there = {name: given for given, name in rows if not given.startswith("ref: ")}
        default = next((given for given, name in rows if given.startswith("ref: ")), "")
        branch = self._sharing.branch
        reviewed = self._sharing.reviewed_branch or default.removeprefix("ref: refs/heads/")
        wanted = [
            name
            for name in dict.fromkeys((branch, reviewed or "main"))
            if f"refs/heads/{name}" in there
            and there[f"refs/heads/{name}"] != self._commit(self._tracking(name))
        ]
        if wanted:
            specs = [f"+refs/heads/{name}:{self._tracking(name)}" for name in wanted]
            how = (
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--no-auto-maintenance",
            )
            done = run_git(self._root, *how, remote, *specs, seconds=limit)
            if done.code:
                return done.reason
        self.is_missing = f"refs/heads/{branch}" not in there
        is_reviewed_there = f"refs/heads/{reviewed or 'main'}" in there
        self.reviewed = self._tracking(reviewed or "main") if is_reviewed_there else ""
        if not self._sharing.reviewed_branch and not self.is_missing and self.has(_QUEUE):
            self.reviewed = self.ref
        return ""

    def head(self) -> str:
        """Its last fetched commit; empty when there is none."""
        return self._commit(self.ref)

    def has(self, path: str) -> bool:
        """Whether a file of the release repository is on it."""
        name = f"{self.ref}:{self._prefix}{path}"
        return run_git(self._root, "cat-file", "-e", name).code == 0

    def read(self, local: FleetState) -> SharedState | None:
        """What it said when it was last fetched; None when there is no such branch.

        Args:
            local: what is known here; its entries are not read again.

        Raises:
            IntegrityError: its pointer or its ledger is damaged.
        """
        commit = self.head()
        if not commit:
            return None
        files = self.files(commit)
        if POINTER not in files:
            return SharedState(commit, fold(()), files)
        data = self.contents(files, (POINTER,))[POINTER]
        try:
            pointer = parse(PointerTable, data, what=f"{POINTER} in {self.name}")
        except EvidenceError as error:
            raise self._damaged(error.message) from None
        return SharedState(commit, self._state(pointer, files, local), files)

    def contents(self, files: Mapping[str, str], names: Iterable[str]) -> dict[str, bytes]:
        """Bytes of state files, by path; content-addressed ones are checked.

        Raises:
            IntegrityError: a file is not there, or not what its name says.
        """
        wanted = tuple(names)
        found = read_blobs(self._root, [files[name] for name in wanted if name in files])
        made: dict[str, bytes] = {}
        for name in wanted:
            data = found.get(files.get(name, ""))
            if data is None:
                raise self._damaged(f"{name} is not in {self.name}")
            folder, _, file = name.rpartition("/")
            is_named = folder in (LEDGER, EVIDENCE, EVENTS)
            if is_named and sha256_hex(data) != file.removesuffix(".json"):
                raise self._damaged(f"{name} was changed in {self.name}")
            made[name] = data
        return made

    def shared_entries(self) -> frozenset[str] | None:
        """Digests of the ledger files it had when it was last fetched; None without a branch."""
        commit = self.head()
        if not commit:
            return None
        return frozenset(
            Path(name).stem for name in self.files(commit, LEDGER) if name.startswith(LEDGER)
        )

    def push(self, commit: str) -> PushAnswer:
        """Offer one commit as its head, never by force and without hooks of this checkout."""
        how = ("--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
        spec = f"{commit}:refs/heads/{self._sharing.branch}"
        plain = ("-c", "core.hooksPath=/dev/null", "-c", "push.pushOption=")
        done = run_git(self._root, *plain, "push", *how, self._sharing.remote, spec)
        return PushAnswer(done.reason, is_refused=bool(done.code) and "remote:" in done.error)

    def _state(
        self, pointer: PointerTable, files: Mapping[str, str], local: FleetState
    ) -> FleetState:
        here = [entry.digest for entry in local.entries]
        if pointer.ledger_head in here:
            count = here.index(pointer.ledger_head) + 1
            state = local if count == len(here) else fold(local.entries[:count])
            if pointer != pointer_of(state):
                raise self._damaged(f"{POINTER} in {self.name} does not fit its ledger")
            return state
        known = {entry.digest: entry for entry in local.entries}
        names = [name for name in files if name.startswith(LEDGER) and Path(name).stem not in known]
        read = self.contents(files, names)
        entries: list[Entry] = []
        head: str | None = pointer.ledger_head
        try:
            while head is not None:
                data = read.get(f"{LEDGER}/{head}.json", b"")
                entry = known.get(head) or parse(Entry, data, what=f"ledger entry {head[:16]}")
                entries.insert(0, entry)
                head = entry.parent
            return open_state(pointer, tuple(entries))
        except (EvidenceError, IntegrityError) as error:
            raise self._damaged(f"{self.name}: {error.message}") from None

    def files(self, commit: str, *paths: str) -> dict[str, str]:
        """State files of a commit: an object's name by path below the release repository.

        Args:
            commit: which.
            paths: only these files and folders; none = every one.

        Raises:
            ExternalError: git cannot read it.
        """
        wanted = [f"{self._prefix}{path}" for path in paths or OWNED]
        asked = ("ls-tree", "-r", "-z", "--full-tree", commit, "--", *wanted)
        done = run_git(self._root, *asked)
        if done.code:
            msg = f"{self.name} cannot be read: {done.reason}"
            raise ExternalError(msg, next_step="git fsck")
        rows = [row.partition("\t") for row in done.out.split("\0") if row]
        return {
            path.removeprefix(self._prefix): about.split()[2]
            for about, _, path in rows
            if " blob " in about
        }

    def _commit(self, ref: str) -> str:
        done = run_git(self._root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        return done.out if done.code == 0 else ""

    def _tracking(self, branch: str) -> str:
        return f"refs/remotes/{self._sharing.remote}/{branch}"

    def _damaged(self, what: str) -> IntegrityError:
        return IntegrityError(what, next_step=f"git log --stat {self.name} -- gates")
