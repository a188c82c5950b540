"""An edit of queue and policy: what differs, what it would come to, and the page that says so."""

import shutil
import subprocess
from pathlib import Path

import pytest
from support.measured_places import SLOT, MeasuredPlace, measured_place

from openmed.app.change_trial import ChangeTrial, try_changes
from openmed.app.input_changes import read_changes
from openmed.app.plan import plan_release
from openmed.app.plan_cost import plan_costs
from openmed.app.release import run_release
from openmed.cli.render.markdown.comparison_markdown import trial_markdown
from openmed.cli.render.markdown.plan_markdown import plan_markdown
from openmed.domain.gates.verdict import Decision
from openmed.domain.release.proposed.input_changes import NOTHING
from openmed.errors import UsageError

POLICY = "gates/policy/pii--tiny--onnx.toml"


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def _edit(place: MeasuredPlace, name: str, old: str, new: str) -> None:
    path = place.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> MeasuredPlace:
    """A repository under git whose slot is live; the branch `main` is what was reviewed."""
    with pytest.MonkeyPatch.context() as patch:
        place = measured_place(tmp_path_factory.mktemp("base") / "r", patch)
        place.add_model("models/tiny")
        place.add_model("models/worse", misses=4)
        assert run_release(place.world).exit_code == 0
        (place.root / ".gitignore").write_text("artifacts/\nhome/\n")
        _git(place.root, "init", "--quiet", "--initial-branch=main")
        _git(place.root, "add", "--all")
        _git(place.root, "commit", "--quiet", "--message", "reviewed")
    return place


@pytest.fixture
def edited(
    released: MeasuredPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MeasuredPlace:
    """The same with another model in the queue, and a policy that is weaker and stricter."""
    monkeypatch.setenv("HOME", str(released.root / "home"))
    place = released.copied(tmp_path / "r")
    _edit(place, "gates/candidates.toml", "file:models/tiny", "file:models/worse")
    _edit(place, POLICY, "max_age_hours = 24", "max_age_hours = 12")
    _edit(place, POLICY, "[gates.precision]\n", "[gates.precision]\nblocking = false\n")
    return place


def test_what_differs_is_told_key_by_key(edited: MeasuredPlace) -> None:
    """The row by its keys; the policy by what it demands less and more, and for whom."""
    found = read_changes(edited.world, base="main")
    (row,) = found.rows
    assert [(key.key, key.old, key.new) for key in row.keys] == [
        ("source", "file:models/tiny", "file:models/worse")
    ]
    (policy,) = found.policies
    assert policy.slots == (SLOT,)
    assert [one.sentence for one in policy.weaker] == ["precision.blocking true → false"]
    assert [one.sentence for one in policy.stricter] == ["policy.max_age_hours 24 → 12"]
    assert (policy.verdict, policy.other, found.faults) == ("weaker, stricter", (), ())
    assert found.slots == {SLOT}


def test_nothing_differs_from_itself(released: MeasuredPlace) -> None:
    """Also not the suites, of which some are written anew each epoch."""
    found = read_changes(released.world, base="HEAD")
    assert (found.rows, found.policies, found.suites, found.faults) == ((), (), (), ())


def test_a_queue_that_was_not_there_has_only_new_rows(edited: MeasuredPlace) -> None:
    """So has a repository in its first commit."""
    _git(edited.root, "checkout", "--quiet", "--orphan", "first")
    _git(edited.root, "read-tree", "--empty")
    _git(edited.root, "add", "models.jsonl")
    _git(edited.root, "commit", "--quiet", "--message", "first")
    (row,) = read_changes(edited.world, base="first").rows
    assert (row.kind, row.keys[0].old, row.keys[0].new) == ("added", NOTHING, "file:models/worse")


@pytest.mark.parametrize("base", ["no-such-branch", "--upload-pack=touch x", "HEAD:gates"])
def test_a_base_that_is_no_commit_is_refused(base: str, released: MeasuredPlace) -> None:
    """It is never an option of git."""
    with pytest.raises(UsageError, match="no such commit"):
        read_changes(released.world, base=base)


@pytest.fixture(scope="module")
def tried(
    released: MeasuredPlace, tmp_path_factory: pytest.TempPathFactory
) -> tuple[MeasuredPlace, ChangeTrial]:
    """The worse model, measured and judged once for this module."""
    place = released.copied(tmp_path_factory.mktemp("tried") / "r")
    shutil.rmtree(place.root / "home")  # No key is needed.
    _edit(place, "gates/candidates.toml", "file:models/tiny", "file:models/worse")
    return place, try_changes(place.world, base="main", most=5)


def test_a_worse_model_is_judged_without_a_key(tried: tuple[MeasuredPlace, ChangeTrial]) -> None:
    """Its lost spans are counted per label, and nothing moved."""
    place, trial = tried
    (one,) = trial.trials
    assert one.judged is not None
    assert one.judged.decision is Decision.QUARANTINED
    (lost,) = {row.name for found in one.comparisons for row in found.labels if row.lost}
    assert lost == "PATIENT_NAME"
    assert len(place.world.releases.state().entries) == 1


def test_the_page_of_a_trial_has_numbers_and_no_text(
    tried: tuple[MeasuredPlace, ChangeTrial],
) -> None:
    """Every lost span by its count; no word of a document."""
    place, trial = tried
    page = trial_markdown(trial)
    (one,) = trial.trials
    for found in one.comparisons:
        (row,) = (row for row in found.labels if row.lost)
        assert f"| PATIENT\\_NAME | {row.spans} | {row.lost} | 0 |" in page
        # As bytes of the page: no name that a document has is in it.
        texts = [s for d in place.suites[found.suite] for s in d.spans if s.label == row.name]
        names = {d.text[s.start : s.end] for d in place.suites[found.suite] for s in texts[:1]}
        assert not [name for name in names if len(name) > 3 and name in page]
    assert "QUARANTINED" in page


def test_the_page_of_a_plan_says_what_changes_why_and_what_it_costs(
    tried: tuple[MeasuredPlace, ChangeTrial], edited: MeasuredPlace
) -> None:
    """Before it was measured: documents and seconds; afterwards what the gates say."""
    world = edited.world
    plan = plan_release(world)
    costs = plan_costs(world, plan)
    documents = sum(len(one) for one in edited.suites.values())
    assert costs[SLOT].documents >= documents
    assert costs[SLOT].seconds is not None
    page = plan_markdown(plan, changes=read_changes(world, base="main"), costs=costs)
    assert "| pii::tiny::onnx | measured, then judged |" in page.replace("\\x3a", ":")
    for words in ("precision.blocking", "| true | false | weaker |", "| 24 | 12 | stricter |"):
        assert words in page
    assert tried
