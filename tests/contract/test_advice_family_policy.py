"""`openmed policy suggest --family`: one preview policy out of what its candidates measure."""

import re
import tomllib
from pathlib import Path

import pytest
from support.following import Desk, Said, follow
from support.measured_places import SLOT, MeasuredPlace, measured_place
from support.small_policies import small_default

from openmed.context import open_context

WEAK, GOOD, LOST = f"{SLOT}::weak", f"{SLOT}::good", f"{SLOT}::lost"
FILE = "gates/policy/pii.toml"
LABELS = '["PATIENT_NAME", "PROVIDER_NAME", "DATE", "PHONE", "SSN", "MRN"]'
QUEUE = "gates/candidates.toml"
REPLACE = "openmed policy suggest --family {} --replace"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MeasuredPlace:
    """One that finds all names, one that forgets every third, one whose model is gone."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("family") / "r"
        place = measured_place(root, patch, WEAK, GOOD, LOST)
    place.add_model("models/weak", misses=3)
    (root / "models/lost/model.py").write_text("raise ValueError\n", encoding="utf-8")
    for slot in (WEAK, GOOD, LOST):
        (root / f"gates/policy/{slot.replace('::', '--')}.toml").unlink()
    small_default(root)
    queue = root / QUEUE
    text = queue.read_text(encoding="utf-8")
    text = re.sub(r"labels = \[[^]]*\]", f"labels = {LABELS}", text)
    queue.write_text(text, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def said(made: MeasuredPlace) -> Said:
    """What the command said, once."""
    return Desk(made.root, made.root / "home").openmed("policy", "suggest", "--family", "PII")


def _policy(root: Path) -> dict[str, dict[str, list[dict[str, object]]]]:
    table = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    return dict(table["gates"])


def _floor(root: Path) -> object:
    rows = _policy(root)["name_recall"]["labels"]
    return next(row["floor"] for row in rows if row["label"] == "PATIENT_NAME")


def test_each_number_is_the_least_that_a_member_has(made: MeasuredPlace, said: Said) -> None:
    """As weak as the weakest, and the file says so at its top."""
    assert said.code == 0, said.text
    assert _floor(made.root) == 0.6439  # 88 of 132, as its own policy would have it
    head = (made.root / FILE).read_text(encoding="utf-8")
    assert "# A preview of the family pii" in head
    assert "as weak as the weakest of them" in " ".join(head.replace("\n# ", " ").split())
    assert open_context(made.root, quiet=True).inputs.policy(GOOD).grade == "preview"


def test_who_it_is_not_made_of_is_named(made: MeasuredPlace, said: Said) -> None:
    """A model that cannot be run, and a slot with a policy of its own."""
    assert f"left out: {LOST}" in said.text
    assert f"left out: {SLOT}: it has a policy of its own" in said.text
    assert "made of 2 candidates" in said.text
    assert made.root.is_dir()


def test_a_policy_that_is_there_is_kept(made: MeasuredPlace, said: Said, tmp_path: Path) -> None:
    """Whoever wrote it is asked; what replaces it is the same again."""
    place = made.copied(tmp_path / "r")
    before = (place.root / FILE).read_bytes()
    (place.root / FILE).write_text('extends = "default"\nreason = "mine"\n', encoding="utf-8")
    desk = Desk(place.root, place.root / "home")
    again = desk.openmed("policy", "suggest", "--family", "pii")
    assert again.code == 2, said.text
    assert "mine" in (place.root / FILE).read_text(encoding="utf-8")
    (replaced,) = follow(desk, again, REPLACE)
    assert (replaced.code, (place.root / FILE).read_bytes()) == (0, before), replaced.text


@pytest.mark.parametrize("words", [(), (SLOT, "--family", "pii"), ("--family", "nobody")])
def test_what_is_meant_must_be_clear(made: MeasuredPlace, words: tuple[str, ...]) -> None:
    """A slot or a family that has candidates."""
    assert Desk(made.root, made.root / "home").openmed("policy", "suggest", *words).code == 2


def test_what_is_suggested_releases_both(made: MeasuredPlace, said: Said, tmp_path: Path) -> None:
    """As previews, by the one policy."""
    assert said.code == 0
    place = made.copied(tmp_path / "r")
    ran = Desk(place.root, place.root / "home").openmed("release", "run", f"{SLOT}::[gw]*")
    assert ran.code == 0, ran.text
    live = {row.release.slot for row in place.world.releases.state().live}
    assert live == {WEAK, GOOD}


def test_adopted_models_are_recorded_by_it(made: MeasuredPlace, said: Said, tmp_path: Path) -> None:
    """Measured, drafted, adopted; what is released later is compared with them."""
    assert said.code == 0
    place = made.copied(tmp_path / "r")
    queue = place.root / QUEUE
    text = queue.read_text(encoding="utf-8").replace("bootstrap = true", "adopted = true")
    queue.write_text(text, encoding="utf-8")
    desk = Desk(place.root, place.root / "home")
    again = desk.openmed("policy", "suggest", "--family", "pii", "--replace")
    assert (again.code, _floor(place.root)) == (0, 0.6439), again.text
    ran = desk.openmed("release", "run", f"{SLOT}::[gw]*")
    assert ran.code == 0, ran.text
    assert "adopted: artifact" in ran.text or "measured as published" in ran.text, ran.text
    state = place.world.releases.state()
    assert {row.release.slot for row in state.adopted} == {WEAK, GOOD}
    assert state.live == ()
    (next_one,) = [row for row in place.world.inputs.queue() if row.slot == WEAK]
    assert next_one.adopted
