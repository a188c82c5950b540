"""`openmed candidate add`: what files say is found out, what they do not is asked, all at once."""

import json
import shutil
import tomllib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.following import Desk, Said
from support.measured_places import MeasuredPlace, measured_place, small_suites
from support.repositories import ROOT

from openmed.app.add_candidate import Wanted, add_candidate
from openmed.context import open_context
from openmed.domain.candidates.licences import KNOWN
from openmed.domain.inference.profile import LabelRule
from openmed.domain.inference.proposal.model_files import Answers
from openmed.domain.text.span import Document
from openmed.domain.wire import parse
from openmed.errors import UsageError

CASES = ROOT / "tests" / "cases" / "models"
PROFILE = "gates/profiles/mine--tiny--onnx.json"
APACHE = (ROOT / "LICENSE").read_bytes()
ANSWERED = ("--language", "en", "--licence", "MIT", "--label", "PER=PATIENT_NAME")
SLOT = "mine::tiny::onnx"
WATCHED = ("gates", "models.jsonl", "models")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release repository with a candidate and two small suites in English."""
    root = tmp_path_factory.mktemp("add") / "r"
    with pytest.MonkeyPatch.context() as patch:
        measured_place(root, patch)
    return root


@pytest.fixture
def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A copy of it, and the person there."""
    root = tmp_path / "r"
    shutil.copytree(made, root)
    monkeypatch.chdir(root)
    return Desk(root, root / "home")


def model(desk: Desk, case: str = "do-lower-case", name: str = "mine") -> Path:
    """The files of a case, without the profile that says how they are run."""
    place = desk.root / "models" / name
    shutil.copytree(CASES / case / "model", place)
    (place / "runner_profile.json").unlink()
    return place


def files(desk: Desk) -> Mapping[str, bytes]:
    """Every file that the command may write to, by path."""
    found = [desk.root / name for name in WATCHED]
    paths = [one for path in found for one in (path, *path.rglob("*")) if one.is_file()]
    return {path.relative_to(desk.root).as_posix(): path.read_bytes() for path in paths}


def add(desk: Desk, *more: str, source: str = "file:models/mine") -> Said:
    """Type the command."""
    return desk.openmed("candidate", "add", source, *more)


def refused(desk: Desk, *more: str, source: str = "file:models/mine", code: int = 2) -> str:
    """Type it where it cannot work; nothing is written."""
    before = files(desk)
    said = add(desk, *more, source=source)
    assert (said.code, files(desk) == before) == (code, True), said.text
    return said.text


def row(desk: Desk, slot: str = SLOT) -> Mapping[str, object]:
    """The row of a slot as it is in the queue."""
    table = tomllib.loads((desk.root / "gates" / "candidates.toml").read_text(encoding="utf-8"))
    (found,) = (one for one in table["candidate"] if one["slot"] == slot)
    assert isinstance(found, dict)
    return found


def profile(desk: Desk, name: str = PROFILE) -> dict[str, object]:
    """A profile as it was written."""
    table = json.loads((desk.root / name).read_text(encoding="utf-8"))
    assert isinstance(table, dict)
    return table


def test_everything_is_asked_at_once(desk: Desk) -> None:
    """Labels by name, licence, languages, each with the option that answers it."""
    model(desk)
    said = refused(desk)
    for words in ("1 label of the model mean: PER", "--label", "--licence", "--language"):
        assert words in said


def test_answers_make_a_row_a_profile_and_a_catalogue_row(desk: Desk) -> None:
    """What was there stays byte for byte; the engine reads all of it."""
    model(desk)
    before = files(desk)
    said = add(desk, *ANSWERED)
    assert said.code == 0, said.text
    after = files(desk)
    added = {name for name in after if after[name] != before.get(name)}
    assert added == {PROFILE, "models.jsonl", "gates/candidates.toml"}
    for name in ("models.jsonl", "gates/candidates.toml"):
        assert after[name].startswith(before[name])
    assert row(desk) == {
        "slot": SLOT, "title": "mine", "repo_id": "local/mine", "source": "file:models/mine",
        "profile": PROFILE, "labels": ["PATIENT_NAME"], "languages": ["en"], "licence": "MIT",
        "max_bytes": 1_000_000, "bootstrap": True,
    }  # fmt: skip
    inputs = open_context(desk.root, quiet=True).inputs
    assert SLOT in {one.slot for one in inputs.queue()}
    listed = inputs.listed("local/mine").row
    assert listed is not None
    assert (listed.slots, listed.languages, listed.license) == ((SLOT,), ("en",), "MIT")


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    """It says what would be written."""
    model(desk)
    before = files(desk)
    said = add(desk, *ANSWERED, "--dry-run")
    assert (said.code, files(desk) == before) == (0, True)
    assert PROFILE in said.text
    data = json.loads(add(desk, *ANSWERED, "--dry-run", "--json").text)["data"]
    assert (data["candidate"]["slot"], data["dry_run"]) == (SLOT, True)


CARD = b"---\nlicense: mit\nlanguage:\n  - en\n---\n# Mine\n"
SAID: dict[str, Callable[[Path], object]] = {
    "a model card": lambda place: (place / "README.md").write_bytes(CARD),
    "a text of a licence": lambda place: (
        (place / "LICENSE").write_bytes(APACHE),
        (place / "README.md").write_bytes(b"---\nlanguage: en\n---\n"),
    ),
}


@pytest.mark.parametrize("name", sorted(SAID))
def test_what_the_files_say_is_not_asked(name: str, desk: Desk) -> None:
    """Licence and languages."""
    SAID[name](model(desk))
    said = add(desk, "--label", "PER=PATIENT_NAME")
    assert said.code == 0, said.text
    assert row(desk)["languages"] == ["en"]
    assert row(desk)["licence"] in KNOWN


def test_two_files_that_contradict_each_other_are_asked_about(desk: Desk) -> None:
    """Neither licence is taken."""
    place = model(desk)
    (place / "README.md").write_bytes(CARD)
    (place / "LICENSE").write_bytes(APACHE)
    said = refused(desk, "--label", "PER=PATIENT_NAME")
    assert "README.md says MIT and LICENSE says Apache-2.0" in said


def test_a_licence_that_wants_its_makers_named_is_asked_whom(desk: Desk) -> None:
    """Unless a file says who holds the rights."""
    place = model(desk)
    more = ("--language", "en", "--licence", "CC-BY-4.0", "--label", "PER=PATIENT_NAME")
    assert "--attribution" in refused(desk, *more)
    (place / "NOTICE").write_text("Copyright 2026 Some Lab\n")
    assert add(desk, *more).code == 0
    assert str(row(desk)["attribution"]).startswith("Copyright 2026 Some Lab")


def test_several_files_of_weights_are_listed(desk: Desk) -> None:
    """The chosen one runs, and the others are not released beside it."""
    place = model(desk)
    (place / "onnx").mkdir()
    shutil.copy(place / "model.onnx", place / "onnx" / "model_q4.onnx")
    (place / "model.safetensors").write_bytes(b"other weights")
    said = refused(desk, *ANSWERED)
    assert "model.onnx, model.safetensors, onnx/model_q4.onnx" in said
    assert "--model-file" in said
    assert "the model has" in refused(desk, *ANSWERED, "--model-file", "none.onnx")
    said = add(desk, *ANSWERED, "--model-file", "onnx/model_q4.onnx").text
    slot = "mine::tiny::onnx-q4"
    assert row(desk, slot)["slot"] == slot, said
    world = open_context(desk.root, quiet=True)
    (candidate,) = (one for one in world.inputs.queue() if one.slot == slot)
    staged = {file.path for file in world.sources.stage(candidate)}
    assert {path for path in staged if path.endswith((".onnx", ".safetensors"))} == {
        "onnx/model_q4.onnx"
    }


def test_a_window_beyond_the_positions_is_made_smaller(desk: Desk) -> None:
    """config.json does not say how many positions there are, the graph does."""
    model(desk, "window-beyond-positions")
    said = add(desk, *ANSWERED)
    assert said.code == 0, said.text
    tokens = profile(desk)["tokens"]
    assert isinstance(tokens, dict)
    assert 16 <= tokens["window"] < 512


def test_a_model_whose_answers_depend_on_the_batch_gets_batches_of_one(desk: Desk) -> None:
    """The promise of the profile then holds."""
    model(desk, "int8-batch-dependent")
    lines = (CASES / "int8-batch-dependent" / "with-another.jsonl").read_bytes().splitlines()
    notes = tuple(parse(Document, line, what="a note") for line in lines)
    MeasuredPlace(desk.root, small_suites()).repin("first", notes)
    said = add(desk, *ANSWERED)
    assert said.code == 0, said.text
    tokens = profile(desk)["tokens"]
    assert isinstance(tokens, dict)
    assert tokens["max_items"] == 1


def test_a_config_without_names_is_told(desk: Desk) -> None:
    """Its labels are those of transformers."""
    model(desk, "two-label-config")
    said = refused(desk, "--language", "en", "--licence", "MIT")
    assert "LABEL_0, LABEL_1 (config.json has no id2label" in said


def test_a_model_that_cannot_be_run_is_not_added(desk: Desk) -> None:
    """Its weights are missing."""
    model(desk, "failing-model-log-gone")
    refused(desk, *ANSWERED, code=5)


HOSTILE = ("../../etc", "a\nb", "<script>alert(1)</script>", "::error::x", "\x1b[31mred", "\u202ex")


def test_hostile_labels_are_shown_harmless_and_never_mapped(desk: Desk) -> None:
    """Each is listed; ignored by name they end in the profile as data."""
    place = model(desk)
    config = json.loads((place / "config.json").read_bytes())
    config["id2label"] = {"0": "O", "1": "B-PER", "2": "I-PER"}
    for name in HOSTILE:
        changed = {**config, "id2label": {**config["id2label"], "2": f"B-{name}"}}
        (place / "config.json").write_text(json.dumps(changed))
        told = refused(desk, *ANSWERED)
        assert "1 label of the model mean" in told
        assert all(line.isprintable() for line in told.splitlines())
    last = HOSTILE[2]
    (place / "config.json").write_text(
        json.dumps({**config, "id2label": {**config["id2label"], "2": f"B-{last}"}})
    )
    said = add(desk, *ANSWERED, "--ignore", last)
    assert said.code == 0, said.text
    assert row(desk)["labels"] == ["PATIENT_NAME"]


def test_a_label_longer_than_a_profile_takes_stays_unknown(desk: Desk) -> None:
    """It is cut where it is shown."""
    place = model(desk)
    config = json.loads((place / "config.json").read_bytes())
    config["id2label"] = {"0": "O", "1": "B-PER", "2": "B-" + "X" * 200}
    (place / "config.json").write_text(json.dumps(config))
    assert "X" * 41 not in refused(desk, *ANSWERED)


def test_names_that_are_not_utf_8_are_refused(desk: Desk) -> None:
    """Of the folder, and of a file in it."""
    place = model(desk)
    odd = place.parent / "mod\udce9le"
    place.rename(odd)
    assert "not UTF-8" in refused(desk, *ANSWERED, source=f"file:{odd}")
    odd.rename(place)
    (place / "caf\udce9.txt").write_bytes(b"x")
    refused(desk, *ANSWERED, code=5)


def test_a_name_that_no_slot_can_have_is_asked(desk: Desk) -> None:
    """With an answer it is added."""
    model(desk, name="模型")
    said = refused(desk, *ANSWERED, source="file:models/模型")
    assert "--slot" in said
    assert add(desk, *ANSWERED, "--slot", SLOT, source="file:models/模型").code == 0
    assert row(desk)["repo_id"] == "local/mine"


def test_a_row_that_is_there_is_kept(desk: Desk) -> None:
    """By its slot, and by its repository."""
    model(desk)
    assert add(desk, *ANSWERED).code == 0
    assert "has a row of mine::tiny::onnx already" in refused(desk, *ANSWERED)
    other = (*ANSWERED, "--slot", "other::tiny::onnx")
    assert "has a row of local/mine already" in refused(desk, *other)
    assert add(desk, *other, "--repo-id", "me/other").code == 0


def test_a_profile_of_somebody_else_is_kept(desk: Desk) -> None:
    """A file of another content stands where the new one would."""
    model(desk)
    place = desk.root / PROFILE
    place.parent.mkdir()
    place.write_text("{}")
    assert "with another content" in refused(desk, *ANSWERED)


def test_a_catalogue_row_that_says_something_else_is_told(desk: Desk) -> None:
    """Two rows of one repository would make it useless."""
    model(desk)
    row = {"repo_id": "local/mine", "family": "x", "tier": None, "formats": ["onnx"],
           "languages": ["nl"], "license": "MIT"}  # fmt: skip
    with (desk.root / "models.jsonl").open("a") as file:
        file.write(f"{json.dumps(row)}\n")
    assert "models.jsonl, row of local/mine" in refused(desk, *ANSWERED)


@pytest.mark.parametrize(
    ("queue", "code"),
    [("candidate = []\n", 2), ("candidate = [\n", 2), ("# nothing yet\n", 0), (None, 0), ("", 0)],
)
def test_a_queue_takes_a_row_or_says_why_not(queue: str | None, code: int, desk: Desk) -> None:
    """Also the first one."""
    model(desk)
    place = desk.root / "gates" / "candidates.toml"
    if queue is None:
        place.unlink()
    else:
        place.write_text(queue)
    said = add(desk, *ANSWERED)
    assert said.code == code, said.text
    if not code:
        assert place.read_text().startswith(queue or "")
        assert row(desk)["slot"] == SLOT
    elif queue is not None:
        assert place.read_text() == queue


def test_of_two_at_once_one_adds(desk: Desk) -> None:
    """The other finds its row."""
    model(desk)
    rule = LabelRule(model="PER", canonical="PATIENT_NAME")
    answers = Answers(source="file:models/mine", licence="MIT", languages=("en",), labels=(rule,))

    def typed(_: int) -> str:
        try:
            add_candidate(open_context(desk.root, quiet=True), Wanted(answers), is_dry_run=False)
        except UsageError as error:
            return error.message
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(typed, range(2)))
    assert said[0] == ""
    assert "has a row of mine::tiny::onnx already" in said[1]
    assert row(desk)["slot"] == SLOT
