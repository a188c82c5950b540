"""What a shard brings counts for the slots it holds, as far as it comes out again; else nothing."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.chunk_files import plain_bytes
from support.ci_runs import BROUGHT, SEED, CiRun, shards_apart
from support.measured_places import SLOT, MeasuredPlace, measured_place
from support.upload_mutations import Sources, UploadMutation, upload_mutations

from openmed.app.pipeline_stages import run_flip, run_gate
from openmed.domain.digest import digest_of
from openmed.domain.evaluation.recheck import drawn
from openmed.domain.gates.verdict import Decision
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.slot import parse_slot
from openmed.exit_codes import ExitCode
from openmed.pipeline.release_graph import open_graph

OTHER = f"{SLOT}::second"
COUNT = shards_apart(SLOT, OTHER)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredPlace]:
    """Two good candidates, each held by a shard of its own; nothing is measured."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        place = measured_place(tmp_path_factory.mktemp("uploads") / "r", monkeypatch, OTHER)
        # Another artifact than its neighbour's: what is foreign is not its own by chance.
        (place.root / "models" / "second" / "note.txt").write_text("second")
        yield place


@pytest.fixture(scope="module")
def honest(checkout: MeasuredPlace, tmp_path_factory: pytest.TempPathFactory) -> CiRun:
    """A run after its re-check, with nothing but the truth in it."""
    run = CiRun(checkout, tmp_path_factory.mktemp("ci"), COUNT)
    run.measure()
    assert run.recheck().holds == ()
    return run


@pytest.fixture
def run(honest: CiRun, tmp_path: Path) -> CiRun:
    """An honest run after its re-check, that is this test's own."""
    return honest.copied(tmp_path)


@pytest.fixture(scope="module")
def sources(
    honest: CiRun, checkout: MeasuredPlace, tmp_path_factory: pytest.TempPathFactory
) -> Sources:
    """The honest upload of a shard, and what lies about it are made of."""
    place = tmp_path_factory.mktemp("older")
    before = checkout.copied(place / "r")
    before.add_model("models/tiny", misses=40)
    older = CiRun(before, place, COUNT)
    older.measure()
    return Sources(
        upload=honest.upload_of(SLOT),
        other=honest.upload_of(OTHER),
        older=older.upload_of(SLOT),
        slug=parse_slot(SLOT).slug,
        other_slug=parse_slot(OTHER).slug,
    )


def test_an_honest_run_is_released(run: CiRun) -> None:
    """Both slots: or the tests below prove nothing."""
    report, rows = run.flip()
    assert {slot: row.standing for slot, row in rows.items()} == {
        SLOT: SlotOutcome.RELEASED,
        OTHER: SlotOutcome.RELEASED,
    }
    assert report.exit_code == ExitCode.DONE
    tasks = [step.task for step in report.steps if step.task.startswith("shard:")]
    assert tasks == [f"shard:{run.upload_of(slot).name}" for slot in _by_shard(run)]


def _by_shard(run: CiRun) -> list[str]:
    return sorted((SLOT, OTHER), key=lambda slot: run.upload_of(slot).name)


@pytest.mark.timeout(1800)
def test_no_lie_of_a_shard_releases_its_slot(
    honest: CiRun, sources: Sources, tmp_path: Path, *, every_mutant: bool
) -> None:
    """More than a hundred, none of them; the other shard's slot is judged as if nothing was."""
    machine = honest.machine(tmp_path / "flip")
    upload = machine.shards / sources.upload.name
    assert machine.judged() == {SLOT: Decision.RELEASABLE, OTHER: Decision.RELEASABLE}
    tried: Counter[str] = Counter()
    passed: list[UploadMutation] = []
    hurt: list[UploadMutation] = []
    for mutation in upload_mutations(sources, most=None if every_mutant else 15):
        for place in (upload, machine.shards.parent / "away"):
            _remove(place)
        shutil.copytree(sources.upload, upload)
        mutation.apply(upload)
        decisions = machine.judged()
        tried[mutation.family] += 1
        if decisions[SLOT] is Decision.RELEASABLE:
            passed.append(mutation)
        if decisions[OTHER] is not Decision.RELEASABLE:
            hurt.append(mutation)
    assert [(m.family, m.name) for m in passed] == []
    assert [(m.family, m.name) for m in hurt] == []
    assert tried.total() >= 100, tried
    assert len(tried) == 9, tried


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _forged(run: CiRun, slot: str) -> None:
    """Predictions of a model that finds more, and the reports counted from them: all fits."""
    better = run.checkout.copied(run.place / "better")
    upload = run.upload_of(slot)
    slug = parse_slot(slot).slug
    notes = [note for documents in better.suites.values() for note in documents]
    for path in sorted((upload / "predictions").iterdir()):
        chunk = json.loads(plain_bytes(path))
        for row in chunk["records"]:
            gold = next(note for note in notes if note.id == row["document"])
            row["spans"] = [
                {"start": s.start, "end": s.end, "label": s.label, "score": 1.0}
                for s in gold.spans
                if s.label in _DECLARED
            ]
        chunk["checksum"] = digest_of(chunk["records"])
        path.write_text(json.dumps(chunk))
    shutil.copytree(upload, better.root / "artifacts", dirs_exist_ok=True)
    for name in ("first", "second"):
        path = better.root / "artifacts" / "runs" / slug / f"{name}.json"
        materials = json.loads(plain_bytes(path))["materials"]
        graph = open_graph(better.world, pattern=slot)
        (step,) = (s for s in graph.counted(graph.candidates[0]) if s.name == name)
        better.world.products.write(slot, name, materials, step.run())
        shutil.copy(path, upload / "runs" / slug)


_DECLARED = frozenset(
    ("PATIENT_NAME", "PROVIDER_NAME", "DATE", "PHONE", "EMAIL", "SSN", "MRN", "CITY", "ZIPCODE",
     "STREET_ADDRESS")
)  # fmt: skip


@pytest.fixture
def lying(checkout: MeasuredPlace, tmp_path: Path) -> CiRun:
    """The candidate of `SLOT` forgets half of the names; its shard brings those of a better one."""
    bad = checkout.copied(tmp_path / "r")
    bad.add_model("models/tiny", misses=2)
    run = CiRun(bad, tmp_path / "ci", COUNT)
    run.measure()
    _forged(run, SLOT)
    return run


def test_predictions_that_nobody_made_are_found_by_running_a_sample_again(lying: CiRun) -> None:
    """Forged predictions with the report that follows from them pass the re-count, and no more."""
    found = lying.recheck()
    assert [hold.partition(": ")[0] for hold in found.holds] == [SLOT, SLOT]
    _, rows = lying.flip()
    assert rows[SLOT].standing is SlotOutcome.NOT_EVALUATED
    assert "of 32 documents of report first got other spans when they were run again" in (
        rows[SLOT].reason
    )
    assert rows[OTHER].standing is SlotOutcome.RELEASED


def test_the_re_count_alone_does_not_find_them(lying: CiRun) -> None:
    """Said in SECURITY.md; a policy that allows every difference would release them."""
    policy = lying.checkout.root / "gates" / "policy" / f"{parse_slot(SLOT).slug}.toml"
    text = policy.read_text()
    policy.write_text(text.replace("max_age_hours", "recheck_documents = 1\nmax_age_hours", 1))
    assert lying.recheck(seed=_blind_seed(lying)).holds == ()
    _, rows = lying.flip()
    assert rows[SLOT].standing is SlotOutcome.RELEASED


def _blind_seed(lying: CiRun) -> str:
    """A seed that draws documents without a name, which come out the same."""
    rows = [row for row in lying.recheck().recheck.reports if row.slot == SLOT]
    for seed in (digest_of([n])[:16] for n in range(10_000)):
        found = []
        for row in rows:
            suite = lying.checkout.suites[row.report]
            ids = [document.id for document in suite]
            drew = drawn(ids, seed=seed, predictions=row.predictions, size=1)
            found += [span.label for at in drew for span in suite[at].spans]
        if "PATIENT_NAME" not in found:
            return seed
    raise AssertionError("no seed draws documents without a name")


def test_a_re_check_of_other_predictions_is_none(run: CiRun) -> None:
    """Nor is one that nobody brought, or that cannot be read, or of fewer documents."""
    path = run.shards / "recheck" / "recheck.json"
    good = json.loads(plain_bytes(path))
    for change, words in _RECHECKS:
        table = json.loads(json.dumps(good))
        change(table)
        path.write_text(json.dumps(table))
        _, rows = run.flip()
        assert rows[SLOT].standing is SlotOutcome.NOT_EVALUATED
        assert words in rows[SLOT].reason, rows[SLOT].reason
    path.unlink()
    _, rows = run.flip()
    assert "report first was not re-checked on another machine" in rows[SLOT].reason


def _of_slot(table: dict[str, Any], **fields: object) -> None:
    for row in table["reports"]:
        if row["slot"] == SLOT:
            row.update(fields)


_RECHECKS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda table: _of_slot(table, predictions="1" * 64), "re-checked against other predictions"),
    (lambda table: _of_slot(table, documents=31), "31 documents of report first were re-checked"),
    (lambda table: _of_slot(table, fault="it died"), "could not be re-checked: it died"),
    (lambda table: _of_slot(table, differing=["a note"]), "1 of 32 documents of report first got"),
    (lambda table: table["reports"].extend(table["reports"]), "was not re-checked"),
    (lambda table: table["reports"].clear(), "was not re-checked"),
    (lambda table: table.update(schema="openmed.recheck/2"), "was not re-checked"),
]


def test_a_policy_may_allow_some_documents_to_differ(run: CiRun) -> None:
    """Other processors round otherwise: one of 32 is less than a twentieth."""
    policy = run.checkout.root / "gates" / "policy" / f"{parse_slot(SLOT).slug}.toml"
    before = policy.read_text()
    path = run.shards / "recheck" / "recheck.json"
    table = json.loads(plain_bytes(path))
    _of_slot(table, differing=["a note"])
    path.write_text(json.dumps(table))
    policy.write_text(before.replace("max_age_hours", "recheck_rate = 0.05\nmax_age_hours", 1))
    try:
        # Another policy, another gate's step is current all the same: it is no input of measuring.
        _, rows = run.flip()
    finally:
        policy.write_text(before)
    assert rows[SLOT].standing is SlotOutcome.RELEASED


def test_a_shard_that_did_not_come_is_no_verdict_for_its_slots_alone(run: CiRun) -> None:
    """Its job failed: the others are released."""
    shutil.rmtree(run.upload_of(SLOT))
    report, rows = run.flip()
    assert rows[SLOT].standing is SlotOutcome.NOT_EVALUATED
    assert f"{run.upload_of(SLOT).name} did not come" in rows[SLOT].reason
    assert rows[OTHER].standing is SlotOutcome.RELEASED
    assert report.exit_code == ExitCode.NO_VERDICT


@pytest.mark.parametrize(
    "name", ["evidence-3-of-2", "evidence-1-of-3", "evidence-01-of-2", "evidence-", "anything"]
)
def test_an_upload_of_no_shard_is_an_error_by_name(name: str, run: CiRun) -> None:
    """The plan divides the fleet; nobody else does. What the shards brought is released."""
    shutil.copytree(run.upload_of(SLOT), run.shards / name)
    report, rows = run.flip()
    assert {row.standing for row in rows.values()} == {SlotOutcome.RELEASED}
    assert [f.message for f in report.faults] == [f"upload {name!r} is of no shard of {COUNT}"]
    assert report.exit_code == ExitCode.INTEGRITY


def test_a_slot_that_could_not_be_staged_concerns_no_other_of_its_shard(
    checkout: MeasuredPlace, tmp_path: Path
) -> None:
    """One shard holds both; one candidate has no files."""
    broken = checkout.copied(tmp_path / "r")
    shutil.rmtree(broken.root / "models" / "second")
    together = CiRun(broken, tmp_path / "ci", 1)
    together.measure()
    together.recheck()
    _, rows = together.flip()
    assert rows[SLOT].standing is SlotOutcome.RELEASED
    assert rows[OTHER].standing is SlotOutcome.NOT_EVALUATED


def test_condemned_bytes_are_refused_as_on_a_desk_and_concern_no_other_slot(
    checkout: MeasuredPlace, tmp_path: Path
) -> None:
    """The shard staged them before it knew: its upload is no lie, and its other slot goes on."""
    first = checkout.copied(tmp_path / "r")
    first.add_model("models/second", misses=2)
    run_gate(first.world)
    rows = {row.slot: row for row in run_flip(first.world).candidates}
    assert rows[OTHER].standing is SlotOutcome.QUARANTINED
    for name in BROUGHT:
        shutil.rmtree(first.root / "artifacts" / name)
    (first.root / "models" / "tiny" / "note.txt").write_text("a second release")
    night = CiRun(first, tmp_path / "ci", 1)
    night.measure()
    night.recheck()
    report, rows = night.flip()
    assert ExitCode.INTEGRITY not in {fault.exit_code for fault in report.faults}
    assert rows[SLOT].standing is SlotOutcome.RELEASED
    assert (rows[OTHER].standing, rows[OTHER].exit_code) == (SlotOutcome.REFUSED, ExitCode.HELD)


def test_the_sample_is_drawn_by_the_seed(run: CiRun) -> None:
    """The same seed, the same documents; another, others; both say the same of honest shards."""
    assert run.recheck(seed=SEED) == run.recheck(seed=SEED)
    assert run.recheck(seed="f" * 64).holds == ()
