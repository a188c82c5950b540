"""Random sequences of engine commands and of what people do with git, on three clones.

The model knows every condemnation and who has seen it: by a command of its own, in the ancestry
of its HEAD, or in what it fetched last. It asks of each clone after each step: nothing is live
that an entry it has seen condemned, and a pointer that went backwards is not read.
"""

import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from support import builders
from support.places import SLOT, Place
from support.simulators.clones import git
from support.simulators.shared_places import SharedPlaces

from openmed.adapters.sync.git import read_blob
from openmed.app.maintenance import reconcile, recover
from openmed.app.sync import share
from openmed.domain.ledger.changes import Quarantined, Revoked
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.wire import parse
from openmed.errors import IntegrityError, OpenMedError

ALONE = "alone"
"""The clone without network."""
CLONES = ("one", "other", ALONE)
REPAIRS = 8


class Violation(AssertionError):  # noqa: N818 - what was found, not a fault of the program
    """A clone serves what it knows to be condemned, or reads a pointer that went backwards."""


class Sequence:
    """One sequence.

    Attributes:
        counts: how often each step was made.
    """

    def __init__(self, places: SharedPlaces, seed: int, *, is_clock_jumping: bool) -> None:
        """Begin with clones of one released state.

        Args:
            places: two clones and their remote; a third is made of the first.
            seed: of all choices.
            is_clock_jumping: whether each command has a clock of its own.
        """
        self.places = places
        self.counts: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._is_clock_jumping = is_clock_jumping
        self._contents = 0
        shutil.copytree(places.work / "one", places.work / ALONE, symlinks=True)
        self._unplug()
        self._seen: dict[str, dict[str, Entry]] = {name: {} for name in CLONES}
        self._everything: dict[str, Entry] = {}
        for name in CLONES:
            self._look(name)

    def run(self, steps: int) -> None:
        """Make so many steps, then let everybody sync.

        Raises:
            Violation: the invariant is broken.
        """
        for _ in range(steps):
            name = self._chance.choice(CLONES)
            is_git = self._chance.random() < 0.5
            kinds = HABITS if is_git else COMMANDS
            step = self._chance.choice([k for k in kinds if name != ALONE or k not in _REMOTE])
            self.counts["git" if is_git else "engine"] += 1
            self.counts[step.__name__.strip("_")] += 1
            with suppress(OpenMedError, subprocess.CalledProcessError):
                step(self, name)
            for each in CLONES:
                self._look(each)
        self._sync()

    def place(self, name: str) -> Place:
        """A clone as a new process opens it."""
        return Place(self.places.work / name, now=self._now())

    def root(self, name: str) -> Path:
        """Its folder."""
        return self.places.work / name

    def content(self) -> bytes:
        """The bytes of another model."""
        self._contents += 1
        return f"model {self._contents}".encode()

    def pick(self, *words: str) -> str:
        """One of several."""
        return self._chance.choice(words)

    def _now(self) -> str:
        minutes = self._chance.randrange(-600, 600) if self._is_clock_jumping else 0
        moment = datetime.fromisoformat(builders.NOW) + timedelta(minutes=minutes)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _unplug(self) -> None:
        git(self.root(ALONE), "remote", "set-url", "origin", str(self.places.work / "nowhere"))

    def _look(self, name: str) -> None:
        """What a clone has seen, then what it reads."""
        seen = self._seen[name]
        seen |= self._in_git(name)
        try:
            state = Place(self.root(name)).releases.state()
        except OpenMedError:
            return
        known = {entry.digest for entry in state.entries} | state.absorbed
        lost = sorted(set(seen) - known)
        if lost:
            msg = f"{name} reads a pointer that does not reach {lost[0][:16]}, which it has seen"
            raise Violation(msg)
        seen |= {entry.digest: entry for entry in state.entries}
        self._everything |= seen
        self._require_clean(name, state, seen)

    def _require_clean(self, name: str, state: FleetState, entries: dict[str, Entry]) -> None:
        condemned = {
            change.artifact
            for entry in entries.values()
            for change in entry.changes
            if isinstance(change, (Revoked, Quarantined))
        }
        served = {live.release.artifact for live in state.live}
        if served & condemned:
            msg = f"{name} serves {min(served & condemned)[:16]}, which an entry condemned"
            raise Violation(msg)

    def _in_git(self, name: str) -> dict[str, Entry]:
        """Entries that a pointer in the ancestry of HEAD or of the last fetch reaches.

        A pointer whose chain is not whole there, as a cherry-pick of one commit brings it, proves
        nothing: it is refused while it is here, and undone by what undoes the commit.
        """
        root = self.root(name)
        found: dict[str, Entry] = {}
        tips = ["HEAD", *(["refs/remotes/origin/main"] if name != ALONE else [])]
        for commit in git(root, "rev-list", *tips, "--").split():
            data = read_blob(root, f"{commit}:gates/pointer.json")
            with suppress(OpenMedError):
                head: str | None = (
                    parse(PointerTable, data, what="pointer").ledger_head if data else None
                )
                chain: dict[str, Entry] = {}
                while head is not None and head not in found:
                    blob = read_blob(root, f"{commit}:gates/ledger/{head}.json")
                    if blob is None:
                        chain.clear()
                        break
                    chain[head] = parse(Entry, blob, what="entry")
                    head = chain[head].parent
                found |= chain
        return found

    def _sync(self) -> None:
        """Everybody cleans up, has network, and repairs; then all agree on what is condemned."""
        for name in CLONES:
            root = self.root(name)
            git(root, "remote", "set-url", "origin", str(self.places.remote))
            for words in (("merge", "--abort"), ("cherry-pick", "--abort"), ("revert", "--abort")):
                _try(root, *words)
            _try(root, "checkout", "--quiet", "--force", "main")
            if not (root / "gates" / "shared.toml").exists():
                # Somebody removed the configuration: what is advised then writes it again.
                with suppress(OpenMedError):
                    _recover(self, name)
                self.counts["configuration restored"] += 1
                if not (root / "gates" / "shared.toml").exists():
                    msg = f"{name} has lost gates/shared.toml, and nothing brings it back"
                    raise Violation(msg)
        good_rounds = 0
        for _ in range(REPAIRS):
            repaired = [self._is_repaired(name) for name in CLONES]
            # In the first good round the last clone may push what the first has not fetched.
            good_rounds = good_rounds + 1 if all(repaired) else 0
            if good_rounds == 2:
                break
        for name in CLONES:
            state = self._must_read(name)
            self._require_clean(name, state, self._everything)

    def _is_repaired(self, name: str) -> bool:
        """Let a person do what the engine advises; whether the clone reads and shares then."""
        try:
            share(self.place(name).world, lambda context: context.releases.state())
        except IntegrityError:
            for repair in (_recover, _reconcile):
                with suppress(OpenMedError):
                    repair(self, name)
            return False
        except OpenMedError:
            return False
        return True

    def _must_read(self, name: str) -> FleetState:
        try:
            return Place(self.root(name)).releases.state()
        except OpenMedError as error:
            msg = f"{name} cannot be repaired by what is advised: {error.message}"
            raise Violation(msg) from None


def _release(sequence: Sequence, name: str) -> None:
    place, content = sequence.place(name), sequence.content()

    def act(_: object) -> None:
        verdict = place.verdict(content)
        place.offer(verdict, place.signed(verdict), content=content)
        place.flip()

    share(place.world, act)


def _roll_back(sequence: Sequence, name: str) -> None:
    place = sequence.place(name)
    share(place.world, lambda _: place.roll_back(), is_urgent=True)


def _freeze(sequence: Sequence, name: str) -> None:
    place = sequence.place(name)
    share(place.world, lambda _: place.hold.freeze(SLOT, reason="audit"), is_urgent=True)


def _thaw(sequence: Sequence, name: str) -> None:
    place = sequence.place(name)
    share(place.world, lambda _: place.hold.thaw(SLOT, reason="done"))


def _regenerate(sequence: Sequence, name: str) -> None:
    sequence.place(name).regenerate()


def _recover(sequence: Sequence, name: str) -> None:
    recover(sequence.place(name).world, is_forward=True)


def _reconcile(sequence: Sequence, name: str) -> None:
    reconcile(sequence.place(name).world, is_abandoning=False, reason="two heads")


def _stash(sequence: Sequence, name: str) -> None:
    words = sequence.pick("--quiet", "--include-untracked")
    git(sequence.root(name), "stash", "push", words)


def _checkout_files(sequence: Sequence, name: str) -> None:
    git(sequence.root(name), "checkout", "--", sequence.pick("gates", "gates/pointer.json"))


def _clean(sequence: Sequence, name: str) -> None:
    git(sequence.root(name), "clean", "--quiet", "-d", "--force", "gates")


def _reset(sequence: Sequence, name: str) -> None:
    git(sequence.root(name), "reset", "--quiet", "--hard", sequence.pick("HEAD", "HEAD~1"))


def _revert(sequence: Sequence, name: str) -> None:
    git(sequence.root(name), "revert", "--no-edit", "HEAD")


def _commit(sequence: Sequence, name: str) -> None:
    root = sequence.root(name)
    git(root, "add", "--all", "gates")
    git(root, "commit", "--quiet", "--message", "state, by hand")


def _back_up(sequence: Sequence, name: str) -> None:
    target, gates = sequence.places.work / f"backup-{name}", sequence.root(name) / "gates"
    if gates.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(gates, target)


def _restore(sequence: Sequence, name: str) -> None:
    source = sequence.places.work / f"backup-{name}"
    if source.is_dir():
        shutil.rmtree(sequence.root(name) / "gates", ignore_errors=True)
        shutil.copytree(source, sequence.root(name) / "gates")


def _fetched(sequence: Sequence, name: str) -> Path:
    """The branch of another clone, as `theirs`."""
    root = sequence.root(name)
    other = sequence.root(sequence.pick(*(each for each in CLONES if each != name)))
    git(root, "fetch", "--quiet", "--force", str(other), "main:theirs")
    return root


def _merge(sequence: Sequence, name: str) -> None:
    root, side = _fetched(sequence, name), sequence.pick("ours", "theirs")
    if not _try(root, "merge", "--no-edit", "--strategy-option", side, "theirs"):
        _try(root, "checkout", f"--{side}", "--", "gates")
        _commit(sequence, name)


def _cherry_pick(sequence: Sequence, name: str) -> None:
    root = _fetched(sequence, name)
    if not _try(root, "cherry-pick", "--strategy-option", "theirs", "theirs"):
        _try(root, "cherry-pick", "--abort")


def _pull(sequence: Sequence, name: str) -> None:
    git(sequence.root(name), "pull", "--quiet", "--no-edit", "--no-rebase")


def _force_push(sequence: Sequence, name: str) -> None:
    git(sequence.root(name), "push", "--quiet", "--force", "origin", "HEAD:main")


def _try(root: Path, *words: str) -> bool:
    try:
        git(root, *words)
    except subprocess.CalledProcessError:
        return False
    return True


Step = Callable[[Sequence, str], None]
COMMANDS: tuple[Step, ...] = (
    _release,
    _release,
    _roll_back,
    _roll_back,
    _freeze,
    _thaw,
    _regenerate,
    _recover,
    _reconcile,
)
HABITS: tuple[Step, ...] = (
    _stash,
    _checkout_files,
    _clean,
    _reset,
    _revert,
    _commit,
    _back_up,
    _restore,
    _merge,
    _cherry_pick,
    _pull,
    _force_push,
)
_REMOTE: tuple[Step, ...] = (_pull, _force_push, _merge, _cherry_pick)
