"""What `gc` removes, what it leaves, and in which order: eligibility ends before bytes go."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place

from openmed.adapters.stores.blob_store import FileBlobStore
from openmed.domain.inference.predictions import (
    ChunkKey,
    DocumentPredictions,
    PredictionsChunk,
    Status,
    checksum,
)
from openmed.domain.ledger.changes import Collected as CollectedChange
from openmed.domain.ledger.prediction_budget import PredictionPlan
from openmed.domain.release.rollback_options import Request
from openmed.errors import EvidenceError
from openmed.steps.removal.collect import Collect

RELEASED = tuple(f"release {number}".encode() for number in range(1, 7))
LATER = "2099-01-01T00:00:00Z"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Six releases of a slot; one tree that was only staged; a queue without a staged product."""
    made = Place(tmp_path)
    for content in RELEASED:
        made.release(content)
    made.stage(b"given up")
    return made


def _step(
    place: Place,
    *,
    hours: float = 24,
    trees: tuple[FileBlobStore, ...] | None = None,
    packages_of: Callable[[str], str | None] | None = None,
    budget: int | None = None,
) -> Collect:
    return Collect(
        releases=place.releases,
        products=place.products,
        inputs=place.inputs(),
        trees=trees or place.world.hoards[:2],
        downloads=place.world.hoards[2],
        packages=place.world.hoards[3],
        packages_of=packages_of or place.world.packages_of,
        predictions=place.world.prediction_files,
        artifact_of=place.world.predictions.artifact_of,
        budget=budget,
        staged_product="staged",
        hours=hours,
        now=LATER,
    )


def _names(place: Place, *contents: bytes) -> set[str]:
    del place
    return {builders.artifact_of(content) for content in contents}


def _there(place: Place) -> set[str]:
    folders = ("artifacts/staged", "artifacts/registry/trees")
    return {path.name for folder in folders for path in (place.root / folder).iterdir()}


def test_packages_that_no_staged_tree_pins_go(place: Place) -> None:
    """Those of a tree that stays, stay; a tree whose pins cannot be read needs none."""
    folders = place.root / "artifacts" / "packages"
    needed, idle, old = ("a" * 64, "b" * 64, "c" * 64)
    for name in (needed, idle, old):
        (folders / name).mkdir(parents=True)
        (folders / name / "module.py").write_text("x = 1\n", encoding="utf-8")
    live, gone = (builders.artifact_of(RELEASED[n]) for n in (5, 0))

    def packages_of(artifact: str) -> str | None:
        if artifact == builders.artifact_of(RELEASED[4]):
            raise EvidenceError("no profile")
        return {live: needed, gone: old}.get(artifact)

    step = _step(place, packages_of=packages_of)
    assert (idle, old) == step.plan().packages
    assert step.collect().packages == (idle, old)
    assert [needed] == [path.name for path in folders.iterdir()]
    assert () == _step(place, packages_of=packages_of).collect().packages


def test_what_is_live_and_three_targets_stay(place: Place) -> None:
    """Staged and served; the older ones go, and what was never released."""
    done = _step(place).collect()
    kept = _names(place, *RELEASED[2:])
    assert _there(place) == kept
    assert set(done.plan.kept) == kept
    assert set(done.plan.artifacts) == _names(place, *RELEASED[:2], b"given up")


def test_the_ledger_says_what_is_no_target_any_more(place: Place) -> None:
    """One entry; what was never released is not in it."""
    done = _step(place).collect()
    assert done.plan.entry is not None
    rows = [change for change in done.plan.entry.changes if isinstance(change, CollectedChange)]
    assert [row.generation for row in rows] == [1, 2]
    assert place.verify().faults == ()


def test_a_second_collection_finds_nothing(place: Place) -> None:
    """And makes no entry."""
    _step(place).collect()
    before = place.releases.state()
    done = _step(place).collect()
    assert (done.plan.entry, done.plan.artifacts, done.size) == (None, (), 0)
    assert place.releases.state() == before


def test_what_was_collected_is_not_gone_back_to(place: Place) -> None:
    """Refused by name, exit 4, nothing moves."""
    _step(place).collect()
    plan = place.roll_back(Request.model_validate({**_request(), "generation": 1}))
    assert (plan.entry, plan.exit_code) == (None, 4)
    assert "were collected (2099.01.01-1)" in plan.slots[0].reason


def _request() -> dict[str, object]:
    where = {"family": "pii"}
    return {
        "where": where,
        "tag": None,
        "generation": None,
        "is_revoking": True,
        "is_partial": False,
        "is_withdrawing": False,
        "reason": "it leaks",
    }


def test_what_was_collected_may_be_released_again(place: Place) -> None:
    """Its bytes are here again, so it is a target again."""
    _step(place).collect()
    place = Place(place.root, now=LATER)
    place.release(RELEASED[0])
    assert place.releases.state().collections[0].fact.generation == 2
    place.release(b"seventh")
    plan = place.roll_back()
    assert plan.slots[0].artifact == builders.artifact_of(RELEASED[0])


class _DiedError(Exception):
    """The process ended here."""


class _Dying(FileBlobStore):
    def remove(self, name: str) -> None:
        raise _DiedError(name)


def test_killed_before_bytes_go_it_goes_on(place: Place) -> None:
    """Eligibility had ended, so nobody misses them; the next one removes them, with no entry."""
    staged = place.root / "artifacts" / "staged"
    with pytest.raises(_DiedError):
        _step(place, trees=(_Dying(staged),)).collect()
    assert place.verify().faults == ()
    assert place.roll_back().exit_code == 0
    done = _step(place).collect()
    assert set(done.plan.artifacts) >= _names(place, *RELEASED[:2])
    assert done.plan.entry is None


def test_a_staged_candidate_stays(place: Place) -> None:
    """It waits for its verdict."""
    place.products.write(SLOT, "staged", "0" * 64, builders.a_staged(content=b"given up"))
    assert builders.artifact_of(b"given up") not in _step(place).collect().plan.artifacts


def test_what_is_young_stays(place: Place) -> None:
    """A run may be at work with it."""
    done = _step(place, hours=10_000_000).collect()
    assert (done.plan.artifacts, done.downloads) == ((), ())


def test_a_target_of_one_slot_is_kept_for_it(place: Place) -> None:
    """Although another slot, which served the same bytes, needs it no more."""
    place.release(RELEASED[0], slot=f"{SLOT}::other")
    assert builders.artifact_of(RELEASED[0]) not in _step(place).collect().plan.artifacts


def test_downloads_that_no_row_names_go(place: Place) -> None:
    """Those of the queue stay."""
    folder = place.root / "artifacts" / "downloads"
    folder.mkdir(parents=True)
    named = builders.a_candidate().sha256
    for name in ("0" * 64, *([named] if named else [])):
        (folder / f"{name}.whl").write_bytes(b"wheel")
    done = _step(place).collect()
    assert (done.downloads, done.size > 5) == (("0" * 64,), True)
    assert not (folder / f"{'0' * 64}.whl").exists()


def test_the_command_dry_and_for_good(place: Place) -> None:
    """What it would do is what it does; a queue that cannot be read stops it."""
    assert place.run("release", "gc").returncode == 2
    place.write_queue()
    dry = json.loads(place.run("release", "gc", "--dry-run", "--older-than", "0", "--json").stdout)
    assert len(_there(place)) == 7
    done = place.run("release", "gc", "--older-than", "0")
    assert done.returncode == 0, done.stderr
    assert "generation 1 of pii::tiny::onnx can no longer be rolled back to" in done.stdout
    assert len(dry["data"]["artifacts"]) == 3
    assert len(_there(place)) == 4
    assert place.run("release", "verify").returncode == 0


def _predicted(place: Place, content: bytes) -> str:
    """A file of predictions of an artifact; its name."""
    records = (DocumentPredictions(document="d1", status=Status.OK),)
    key = ChunkKey(
        artifact=builders.artifact_of(content),
        runtime=builders.HEX,
        suite=builders.HEX,
        first=0,
        last=1,
    )
    place.world.predictions.put(
        PredictionsChunk(key=key, checksum=checksum(records), records=records)
    )
    return key.name


def test_predictions_go_down_to_the_budget_but_those_a_re_count_needs(place: Place) -> None:
    """What is live and three targets can be counted again whatever the budget."""
    names = {content: _predicted(place, content) for content in (*RELEASED, b"given up")}
    torn = "f" * 64
    folder = place.root / "artifacts" / "predictions"
    (folder / torn).write_bytes(b"openmed.packed/1 700\ntorn")
    assert _step(place).plan().predictions is None
    found = _step(place, budget=0).collect().predictions
    assert found is not None
    gone = {torn, *(names[content] for content in (*RELEASED[:2], b"given up"))}
    assert set(found.names) == gone
    assert {path.name for path in folder.iterdir()} == set(names.values()) - gone
    assert found.kept == found.needed == found.over > 0


def test_predictions_within_the_budget_stay(place: Place) -> None:
    """Only as much goes as must; what nobody can read goes first."""
    _predicted(place, b"given up")
    folder = place.root / "artifacts" / "predictions"
    (folder / ("f" * 64)).write_bytes(b"torn")
    total = sum(path.stat().st_size for path in folder.iterdir())
    assert _step(place, budget=total).plan().predictions == PredictionPlan(kept=total, budget=total)
    found = _step(place, budget=total - 1).plan().predictions
    assert found is not None
    assert found.names == ("f" * 64,)


def test_young_predictions_stay(place: Place) -> None:
    """A run may be at work with them."""
    _predicted(place, b"given up")
    found = _step(place, budget=0, hours=24 * 365 * 1000).plan().predictions
    assert found is not None
    assert (found.names, found.kept) == ((), found.needed)
