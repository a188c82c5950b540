"""`openmed policy suggest`: from a candidate without a policy to a preview that is released."""

import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from support.following import Desk, follow
from support.measured_places import SLOT, MeasuredPlace, measured_place
from support.small_policies import small_default

LABELS = '["PATIENT_NAME", "PROVIDER_NAME", "DATE", "PHONE", "SSN", "MRN"]'
"""Those of which the two suites have some spans."""
REPLACE = "openmed policy suggest {} --replace"
SUGGEST = "openmed policy suggest {}"
POWER = "openmed release power {} --suite {}"
DOCTOR = "openmed doctor"
REVIEW = "review {}; then openmed release plan"
FILE = "gates/policy/pii--tiny--onnx.toml"


QUEUE = "gates/candidates.toml"


class Owned(NamedTuple):
    """A place whose slot has no policy of its own, and who works there."""

    place: MeasuredPlace
    desk: Desk

    def suggest(self, *words: str) -> tuple[int, str]:
        """Suggest a policy; the exit code and what was printed."""
        said = self.desk.openmed("policy", "suggest", SLOT, *words)
        return said.code, said.text


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MeasuredPlace:
    """One candidate that misses every third name, measured; its slot has no policy of its own."""
    with pytest.MonkeyPatch.context() as patch:
        place = measured_place(tmp_path_factory.mktemp("owned") / "r", patch)
    place.add_model("models/tiny", misses=3)
    (place.root / FILE).unlink()
    small_default(place.root)
    queue = place.root / "gates" / "candidates.toml"
    rows = queue.read_text(encoding="utf-8")
    queue.write_text(re.sub(r"labels = \[[^]]*\]", f"labels = {LABELS}", rows), encoding="utf-8")
    said = Desk(place.root, place.root / "home").openmed("policy", "suggest", SLOT)
    assert said.code == 0, said.text
    (place.root / FILE).unlink()
    return place


@pytest.fixture
def owned(made: MeasuredPlace, tmp_path: Path) -> Owned:
    """The same, for one test."""
    place = made.copied(tmp_path / "r")
    return Owned(place, Desk(place.root, place.root / "home"))


def test_what_is_suggested_passes_lint_and_releases_the_preview(owned: Owned) -> None:
    """What was measured is measured again by neither."""
    code, text = owned.suggest()
    assert code == 0, text
    assert "done in" not in text
    assert "still in the way" not in text
    assert owned.desk.openmed("policy", "lint").code == 0
    ran = owned.desk.openmed("release", "run")
    assert ran.code == 0, ran.text
    assert "released (preview)" in ran.text
    assert "benchmark:pii::tiny::onnx:first: done" not in ran.text


def test_the_file_is_measured_values_with_their_reasons(owned: Owned) -> None:
    """It says what stays in clear, and what a person has to do."""
    assert owned.suggest()[0] == 0
    text = (owned.place.root / FILE).read_text(encoding="utf-8")
    assert "not reviewed yet" in text.splitlines()[0]
    assert "# Not covered whole, by label: PATIENT_NAME 44 of 132." in text
    assert '{ label = "PATIENT_NAME", floor = 0.6439, reason = "measured 88 of 132; margin' in text
    assert 'verifiers = ["local"]' in text
    assert re.search(r"not_applicable = .runner callable finds spans by itself", text)


def test_a_policy_that_is_there_is_kept(owned: Owned) -> None:
    """Whoever wrote it is asked; what replaces it is made from the default again."""
    (owned.place.root / FILE).write_text('extends = "default"\nreason = "mine"\n', "utf-8")
    said = owned.desk.openmed("policy", "suggest", SLOT)
    assert said.code == 2
    assert "mine" in (owned.place.root / FILE).read_text(encoding="utf-8")
    (again,) = follow(owned.desk, said, REPLACE)
    assert again.code == 0
    assert 'grade = "preview"' in (owned.place.root / FILE).read_text(encoding="utf-8")


def test_what_comes_after_it(owned: Owned) -> None:
    """A person reads the file; then the plan shows a candidate that can be judged."""
    said = owned.desk.openmed("policy", "suggest", SLOT)
    by_hand = {f"review {FILE}": lambda: (owned.place.root / FILE).read_text(encoding="utf-8")}
    (planned,) = follow(owned.desk, said, REVIEW, by_hand=by_hand)
    assert planned.code == 0


def test_a_slot_without_a_candidate(owned: Owned) -> None:
    """Nothing to measure."""
    said = owned.desk.openmed("policy", "suggest", "pii::large::onnx")
    assert said.code == 2
    assert "there is no candidate for slot pii::large::onnx" in said.text


def test_a_model_that_cannot_be_run(owned: Owned) -> None:
    """No verdict, so no policy."""
    (owned.place.root / "models/tiny/model.py").write_text("import nothing_of_this_name\n")
    code, text = owned.suggest()
    assert code == 5, text
    assert not (owned.place.root / FILE).exists()


def test_too_little_gold_is_named_before_a_number_is_written(owned: Owned) -> None:
    """Two spans of a label prove nothing, and English has no Japanese."""
    queue = owned.place.root / "gates" / "candidates.toml"
    rows = queue.read_text(encoding="utf-8")
    queue.write_text(rows.replace('"MRN"]', '"MRN", "CITY"]'), encoding="utf-8")
    code, text = owned.suggest()
    assert code == 5, text
    assert "CITY with 2 spans of 1 families on first; fewer than 10 of 3 prove nothing" in text
    queue.write_text(rows.replace('["en"]', '["ja"]'), encoding="utf-8")
    code, text = owned.suggest()
    assert code == 5, text
    assert "no suite of policy default (first, second) has gold of what" in text
    assert not (owned.place.root / FILE).exists()


def test_a_model_that_finds_next_to_nothing_gets_no_limit(owned: Owned) -> None:
    """A floor under one in ten would be a claim to find what is not found."""
    model = owned.place.root / "models/tiny/model.py"
    model.write_text(model.read_text().replace("return GOLD", "return [] and GOLD"))
    code, text = owned.suggest()
    assert (code, "the candidate predicted nothing" in text) == (3, True)
    model.write_text(
        model.read_text()
        .replace("return [] and GOLD.get(", "return [s for s in GOLD.get(")
        .replace("hexdigest(), [])", 'hexdigest(), []) if s[2] != "SSN"]')
    )
    code, text = owned.suggest()
    assert code == 3, text
    assert "SSN: 0 of 14 spans are covered on first; fewer than 10 % is no claim" in text
    assert not (owned.place.root / FILE).exists()


def test_a_model_that_was_added_goes_on_to_a_preview(owned: Owned) -> None:
    """From its files to a release, by what each command says comes next."""
    owned.place.add_model("models/mine", misses=2)
    added = owned.desk.openmed(
        "candidate", "add", "file:models/mine", "--language", "en", "--licence", "Apache-2.0"
    )
    assert added.code == 0, added.text
    (suggested,) = follow(owned.desk, added, "openmed policy suggest {}")
    assert (suggested.code, "still in the way" in suggested.text) == (0, False), suggested.text
    ran = owned.desk.openmed("release", "run", "mine::none::python")
    assert re.search(r"mine::none::python\s+released \(preview\)", ran.text), ran.text


def _blockers(owned: Owned) -> list[str]:
    """Kinds of what the plan says is in the way."""
    plan = json.loads(owned.desk.openmed("release", "plan", "--json").text)["data"]["plan"]
    (slot,) = plan["slots"]
    return [one["kind"] for one in slot["blockers"]]


def test_what_is_in_the_way_is_told_before_anything_is_measured(owned: Owned) -> None:
    """All that a run would say one after the other, each with what comes next; doctor, too."""
    root = owned.place.root
    shutil.rmtree(root / "artifacts" / "runs")
    (root / "models.jsonl").write_text("", encoding="utf-8")
    rows = (root / QUEUE).read_text(encoding="utf-8")
    (root / QUEUE).write_text(rows.replace("bootstrap = true\n", ""), encoding="utf-8")
    assert ["verifier", "gold", "catalogue", "first release"] == _blockers(owned)
    told = owned.desk.openmed("release", "plan").text
    looked = owned.desk.openmed("doctor")
    assert looked.code == 2
    for said in (
        "policy default has grade green and accepts only the key of release; the key here is local",
        "suite first is too small: DATE: 70 spans of ",
        "models.jsonl has no row of OpenMed/pii-tiny-onnx; add one",
        "nothing was ever live in the slot; its row needs bootstrap = true",
    ):
        assert said in told
        assert said in looked.text
    assert not (root / "artifacts" / "runs").exists()


def test_a_slot_without_a_policy_that_fits(owned: Owned) -> None:
    """The plan names the command that writes one; after it nothing is in the way."""
    assert ["verifier", "gold"] == _blockers(owned)
    (suggested,) = follow(owned.desk, owned.desk.openmed("release", "plan"), SUGGEST)
    assert suggested.code == 0
    assert [] == _blockers(owned)


def test_a_suite_that_is_too_small_for_the_slots_own_policy(owned: Owned) -> None:
    """How much it would need."""
    assert owned.suggest()[0] == 0
    policy = owned.place.root / FILE
    text = re.sub("min_support = .*", "min_support = 598", policy.read_text(encoding="utf-8"))
    policy.write_text(text, encoding="utf-8")
    assert ["gold"] == _blockers(owned)
    said = owned.desk.openmed("doctor", "--json")
    (power,) = follow(owned.desk, said, POWER)
    assert "needs 598" in power.text


def test_what_no_command_repairs(owned: Owned) -> None:
    """The plan sends to doctor, which names it with its fix."""
    assert owned.suggest()[0] == 0
    (owned.place.root / "models.jsonl").write_text("", encoding="utf-8")
    planned = owned.desk.openmed("release", "plan")
    (looked,) = follow(owned.desk, planned, DOCTOR, ends=(2,))
    assert "models.jsonl has no row of OpenMed/pii-tiny-onnx" in looked.text
