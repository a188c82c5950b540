"""A public repository follows the pointer whatever becomes of the answers: a law over many worlds.

The Hub is a list of commits with compare-and-swap. Each answer may be lost after the commit landed
or before, each look may be late, and somebody else may commit between. The decider is the only
thing that chooses; the loop does what it says.
"""

from dataclasses import dataclass, field
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.release.publishing.public_move import (
    MoveKind,
    PublicCommit,
    PublicState,
    foreign_reason,
    public_move,
)
from openmed.domain.release.publishing.public_tree import PublicFile
from openmed.domain.release.publishing.publication import (
    Operation,
    Publication,
    RepositoryHistory,
)

SLOT, REPO = "pii::tiny::onnx", "org/tiny"
LOOKS: Final = 8
OLD, NEW = "1" * 64, "2" * 64
ENTRIES: Final = {OLD: "a" * 64, NEW: "b" * 64}
FILES: Final = {
    artifact: (StagedFile(path="model.onnx", size=9, sha256=artifact),) for artifact in (OLD, NEW)
}
HISTORY = RepositoryHistory(
    slot=SLOT,
    reached=frozenset(ENTRIES.values()),
    absorbed=frozenset(),
    trees=tuple(FILES.items()),
    accepted=frozenset(),
)


def _publication(artifact: str, generation: int) -> Publication:
    return Publication(
        slot=SLOT,
        repo_id=REPO,
        generation=generation,
        operation=Operation.FLIP,
        tag=f"2026.01.01-{generation}",
        entry=ENTRIES[artifact],
        artifact=artifact,
        files=FILES[artifact],
    )


def _tree(artifact: str) -> dict[str, PublicFile]:
    (file,) = FILES[artifact]
    return {
        file.path: PublicFile(path=file.path, size=file.size, blob="0" * 40, sha256=file.sha256),
        ".gitattributes": PublicFile(path=".gitattributes", size=1, blob="0" * 40),
    }


@dataclass
class Branch:
    """What `main` was at every moment, oldest first."""

    states: list[PublicState] = field(default_factory=list)

    def land(self, commit: PublicCommit, tree: dict[str, PublicFile]) -> None:
        """Put a commit on it."""
        older = self.states[-1].commits if self.states else ()
        self.states.append(PublicState((commit, *older), tree))

    def publish(self, wanted: Publication, *, parent: str) -> bool:
        """One commit on top of `parent`, if it is the head; whether it landed."""
        if self.states[-1].head.sha != parent:
            return False
        assert wanted.artifact is not None
        sha = f"{len(self.states):040x}"
        self.land(PublicCommit(sha, wanted.title, wanted.mark), _tree(wanted.artifact))
        return True

    def meddle(self) -> str:
        """Somebody else commits."""
        sha = f"{len(self.states):039x}f"
        self.land(PublicCommit(sha, "Edit", None), dict(self.states[-1].tree))
        return sha


def _started() -> Branch:
    branch = Branch()
    gitattributes = PublicFile(path=".gitattributes", size=1, blob="0" * 40)
    branch.land(PublicCommit("0" * 40, "initial commit", None), {".gitattributes": gitattributes})
    assert branch.publish(_publication(OLD, 1), parent="0" * 40)
    return branch


answers = st.sampled_from(["lands", "is lost after it landed", "is lost before", "meddled with"])
looks = st.sampled_from(["now", "late"])


@given(st.lists(st.tuples(looks, answers), min_size=LOOKS, max_size=LOOKS))
def test_one_release_is_one_commit(chances: list[tuple[str, str]]) -> None:
    """Flipped, or stopped by a commit that is named; never twice, and the next command agrees."""
    branch, wanted, foreign = _started(), _publication(NEW, 2), ""
    for look, answer in [*chances, *[("now", "lands")] * 2]:
        states = branch.states
        seen = states[-2] if look == "late" and len(states) > 2 else states[-1]
        move = public_move(seen, wanted, HISTORY)
        if move.kind is not MoveKind.COMMIT:
            continue
        if answer == "meddled with" and not foreign and states[-1].head.mark != wanted.mark:
            foreign = branch.meddle()
        if answer != "is lost before":
            branch.publish(wanted, parent=seen.head.sha)
    ours = [row for row in branch.states[-1].commits if row.mark == wanted.mark]
    last = public_move(branch.states[-1], wanted, HISTORY)
    if foreign:
        assert ours == []
        assert last.kind is MoveKind.STOP
        assert foreign in last.reason
    else:
        assert len(ours) == 1
        assert last.kind is MoveKind.NOTHING


@given(st.permutations(range(8)), st.data())
def test_of_many_that_move_at_once_one_wins(order: list[int], data: st.DataObject) -> None:
    """Each looked before any committed: the first lands, the others are told to look again."""
    branch, seen = _started(), _started().states[-1]
    wanted = [_publication(NEW, 2) for _ in order]
    won = [n for n in order if branch.publish(wanted[n], parent=seen.head.sha)]
    assert won == [order[0]]
    again = data.draw(st.sampled_from(order))
    assert public_move(branch.states[-1], wanted[again], HISTORY).kind is MoveKind.NOTHING
    late = public_move(branch.states[-1], _publication(OLD, 1), HISTORY)
    assert late.kind is MoveKind.LATE


@given(st.sampled_from(["mark", "slot", "entry", "size", "digest", "extra", "missing"]))
def test_whatever_is_not_as_stated_is_foreign(change: str) -> None:
    """A commit counts as ours by all of it: trailers, slot, entry, files."""
    branch = _started()
    head, tree = branch.states[-1].head, dict(branch.states[-1].tree)
    assert head.mark is not None
    fields = head.mark.model_dump()
    file = tree["model.onnx"].model_dump()
    match change:
        case "slot":
            fields["slot"] = "pii::large::onnx"
        case "entry":
            fields["entry"] = "f" * 64
        case "size":
            tree["model.onnx"] = PublicFile(**{**file, "size": 10})
        case "digest":
            tree["model.onnx"] = PublicFile(**{**file, "sha256": "f" * 64})
        case "extra":
            tree["loader.py"] = PublicFile(path="loader.py", size=1, blob="0" * 40)
        case "missing":
            del tree["model.onnx"]
        case _:
            pass
    mark = None if change == "mark" else type(head.mark)(**fields)
    older = branch.states[-1].commits[1:]
    seen = PublicState((head._replace(mark=mark), *older), tree)
    assert head.sha in foreign_reason(seen, REPO, HISTORY)
    assert public_move(seen, _publication(NEW, 2), HISTORY).kind is MoveKind.STOP
