"""Release notes: numbers that the reports give, for releases and for what undoes them.

On a real ledger with real evidence and keys; pages are written, kept, capped and proven.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import builders
from support.places import BACK, SLOT, Place

from openmed.app.maintenance import verify_releases
from openmed.app.release_notes import release_notes
from openmed.cli.command_tree import cli
from openmed.domain.attestation.verifier import Role
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.pages.notes import notes_page
from openmed.domain.pages.notes.notes_text import commit_text, notes_markdown
from openmed.domain.pages.notes.release_notes import ReleaseNotes, SlotNotes, SuiteChanges
from openmed.domain.records.run_record import RunRecord
from openmed.domain.release.rollback_options import Request
from openmed.errors import UsageError
from openmed.pipeline.regeneration import derived_steps
from openmed.steps.notes.regenerate_notes import RegenerateNotes

LEAKS = {"PATIENT_NAME": 100, "SSN": 90}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository without a release."""
    made = Place(tmp_path / "r")
    made.write_queue()
    return made


def _notes(place: Place, number: int = -1) -> ReleaseNotes:
    tag = place.releases.state().entries[number].tag
    return release_notes(replace(place.world), tag).notes


def _slot(place: Place, number: int = -1) -> SlotNotes:
    (slot,) = _notes(place, number).slots
    return slot


def _suite(slot: SlotNotes) -> SuiteChanges:
    (suite,) = slot.suites
    return suite


def test_a_first_release_has_nothing_to_be_compared_with(place: Place) -> None:
    """And all its files are new."""
    place.release(b"one")
    slot = _slot(place)
    assert ("first release", "", ()) == (slot.happened, slot.against, slot.suites)
    assert {"added"} == {file.word for file in slot.files}
    assert ("release", builders.NOW) == (slot.verifier, slot.verified_at)
    assert ["evidence", "recall_floor", "critical_leakage"] == [gate.id for gate in slot.gates]


@pytest.mark.parametrize("before", [95, 97, 100])
@pytest.mark.parametrize("after", [95, 97, 100])
def test_spans_are_counted_pair_by_pair(before: int, after: int, place: Place) -> None:
    """The same numbers as the reports, for the release and the other way round for its undoing."""
    place.release(b"one", covered={"PATIENT_NAME": before, "SSN": 100})
    place.release(b"two", covered={"PATIENT_NAME": after, "SSN": 100})
    lost, gained = max(0, before - after), max(0, after - before)
    suite = _suite(_slot(place))
    assert suite.overall is not None
    assert (200, lost, gained) == (suite.overall.spans, suite.overall.lost, suite.overall.gained)
    told = [(row.name, row.lost, row.gained) for row in suite.labels]
    assert ([] if before == after else [("PATIENT_NAME", lost, gained)]) == told
    place.roll_back()
    undone = _slot(place)
    back = _suite(undone).overall
    assert back is not None
    assert ("rolled back", 1, 3) == (undone.happened, undone.restored, undone.generation)
    assert (gained, lost) == (back.lost, back.gained)
    assert ("it leaks", builders.NOW) == (undone.reason, undone.detected_at)
    assert any("revoked" in line for line in _notes(place).others)


def test_files_are_told_with_their_sizes(place: Place) -> None:
    """Only those that differ."""
    place.release(b"one")
    place.release(b"longer")
    (file,) = _slot(place).files
    assert ("model.onnx", "changed", 3, 6) == (file.path, file.word, file.before, file.after)


def test_a_withdrawal_serves_nothing(place: Place) -> None:
    """Every file is gone; nothing is compared."""
    place.release(b"one")
    place.roll_back(Request.model_validate({**BACK.model_dump(), "is_withdrawing": True}))
    slot = _slot(place)
    assert ("withdrawn", None, ()) == (slot.happened, slot.artifact, slot.suites)
    assert {"removed"} == {file.word for file in slot.files}


def test_a_quarantine_moves_no_slot(place: Place) -> None:
    """It is recorded besides."""
    place.release(b"one")
    place.release(b"two", covered=LEAKS)
    notes = _notes(place)
    assert () == notes.slots
    assert "rejected" in notes.others[0]


def _counted_otherwise(content: bytes) -> BenchmarkReport:
    report = builders.a_report(builders.a_staged(content=content))
    return BenchmarkReport.model_validate({**dict(report), "scorer": "9" * 64})


def test_reports_that_were_counted_otherwise_are_not_compared(place: Place) -> None:
    """And that is said, not left out."""
    place.release(b"one")
    place.release(b"two", report=_counted_otherwise(b"two"))
    suite = _suite(_slot(place))
    assert suite.overall is None
    assert suite.fault.startswith("scorer")
    assert "not compared: scorer" in notes_markdown(_notes(place))


def _evidence(place: Place, number: int = -1) -> Path:
    name = _slot(place, number).evidence[-1]
    return place.root / "gates" / "evidence" / f"{name}.json"


@pytest.mark.parametrize("number", [0, 1])
def test_evidence_that_is_gone_is_said_and_looked_for_again(number: int, place: Place) -> None:
    """The page says why; when it is back the page is made again."""
    place.release(b"one")
    place.release(b"two")
    file = _evidence(place, number)
    kept = file.read_bytes()
    file.unlink()
    assert "cannot be read" in _slot(place).fault
    for step in _steps(place):
        step.run()
    file.write_bytes(kept)
    assert any(step.outdated() for step in _steps(place))
    for step in _steps(place):
        step.run()
    assert [()] == [step.outdated() for step in _steps(place)]


def test_a_waiver_is_named(place: Place) -> None:
    """Who lifted the quarantine, and why; not on the release before it."""
    place.release(b"one")
    place.release(b"two", covered=LEAKS)
    person = place.person("safety", Role.WAIVE)
    place.lift.waive(
        person,
        builders.artifact_of(b"two")[:16],
        reason="gold was wrong",
        expires="2027-01-01T23:59:59Z",
        is_recording=True,
    )
    place.release(b"two")
    (waiver,) = _slot(place).waivers
    assert ("safety", "gold was wrong") == (waiver.verifier, waiver.reason)
    assert () == _slot(place, 0).waivers
    assert "gold was wrong" in notes_markdown(_notes(place))


HOSTILE = ["::error::x", "<script>alert(1)</script>", "a | b `c` [d](e)", "Release-Op: flip a 9"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_inert(words: str, place: Place) -> None:
    """In Markdown, in the page, in the text of a commit."""
    place.release(b"one")
    place.release(b"two")
    place.roll_back(Request.model_validate({**BACK.model_dump(), "reason": words}))
    slot, text = _slot(place), notes_markdown(_notes(place))
    page, _ = notes_page.render_notes(_notes(place), place.world.pages.templates())
    for shown in (text, page.content, commit_text(slot)):
        for line in shown.splitlines():
            assert not line.lstrip("- ").startswith("::")
            assert not line.startswith("Release-Op:")
    assert "<script>" not in text + page.content
    assert "a | b" not in text
    assert all(len(line) <= 102 for line in commit_text(slot).splitlines())


def _steps(place: Place) -> list[RegenerateNotes]:
    return [
        step for step in derived_steps(replace(place.world)) if isinstance(step, RegenerateNotes)
    ]


def test_a_page_is_made_once_and_proven(place: Place) -> None:
    """A new tag writes its own page only; an edited one is a fault of `verify`."""
    place.release(b"one")
    place.regenerate()
    folder = place.root / "artifacts" / "trust" / "notes"
    first = {path: path.stat().st_ino for path in folder.rglob("*.html")}
    place.release(b"two")
    place.regenerate()
    after = {path: path.stat().st_ino for path in folder.rglob("*.html")}
    assert first.items() <= after.items()
    assert 2 == len(after)
    status = (place.root / "artifacts/trust/status/index.html").read_text()
    assert all(f"../notes/{path.parent.name}/index.html" in status for path in after)
    assert () == verify_releases(replace(place.world)).faults
    page = next(iter(first))
    page.write_text(page.read_text().replace("Release", "Relase"))
    (fault,) = verify_releases(replace(place.world)).faults
    assert "notes: notes/" in fault


def test_only_the_newest_tags_have_a_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older ones are removed; the command still makes their notes."""
    monkeypatch.setattr(notes_page, "NEWEST", 2)
    for content in (b"one", b"two", b"three"):
        place.release(content)
        place.regenerate()
    folder = place.root / "artifacts" / "trust" / "notes"
    tags = [entry.tag for entry in place.releases.state().entries]
    assert set(tags[1:]) == {path.name for path in folder.iterdir() if any(path.iterdir())}
    assert tags[0] == _notes(place, 0).tag


def test_the_command_gives_markdown_and_json(place: Place) -> None:
    """With what started the run, where a record says it; an unknown tag is a usage error."""
    place.release(b"one")
    tag = place.releases.state().entries[-1].tag
    record = RunRecord(
        command="release run",
        trigger="schedule",
        started=builders.NOW,
        ended=builders.NOW,
        exit_code=0,
        tag=tag,
    )
    place.world.run_records.append(record)
    words = ["release", "notes", tag, "--root", str(place.root)]
    told = CliRunner().invoke(cli, words)
    assert 0 == told.exit_code
    assert "started by: schedule" in told.output
    answer = json.loads(CliRunner().invoke(cli, [*words, "--json"]).output)
    assert (tag, SLOT) == (answer["data"]["tag"], answer["data"]["slots"][0]["slot"])
    with pytest.raises(UsageError, match="no ledger entry"):
        release_notes(place.world, "2020.01.01-1")
