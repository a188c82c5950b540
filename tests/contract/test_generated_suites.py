"""Generated suites on disk and off it: a digest is kept, a secret is private, a text is nowhere."""

import dataclasses
import stat
from pathlib import Path

import pytest
from support.repositories import ROOT

from openmed.adapters.inputs.input_files import FileInputs
from openmed.adapters.keys.suite_secret import (
    SecretPlace,
    make_secret,
    read_secret,
    secret_place,
)
from openmed.adapters.suites.generated_suites import GeneratedSuites
from openmed.domain.suites.generated import ABSENT, GeneratedSuite, Period
from openmed.domain.suites.suite import SuitePin
from openmed.errors import EvidenceError, IntegrityError, OpenMedError, UsageError

SECRET = "5" * 64
OURS = (ROOT / "gates" / "suites.toml").read_text(encoding="utf-8")
ROW = """
[[generated]]
name = "fresh"
title = "Fresh notes"
every = "week"
documents = 4
licence = "Apache-2.0"
source = "Made."
"""


@pytest.fixture
def suites(tmp_path: Path) -> GeneratedSuites:
    """Of one moment, with a secret."""
    return GeneratedSuites(
        now="2026-11-28T12:00:00Z",
        secret=SecretPlace(tmp_path / "keys" / "suite-secret", given=SECRET),
        environ={},
        code=lambda: "c" * 64,
        kept=tmp_path / "artifacts" / "generated-suites.json",
    )


def _row(**changes: object) -> GeneratedSuite:
    table = {"title": "T", "every": Period.WEEK, "documents": 4, "licence": "L", "source": "S"}
    return GeneratedSuite.model_validate({"name": "fresh", **table, **changes})


def _inputs(root: Path, suites: GeneratedSuites | None, text: str = ROW) -> FileInputs:
    (root / "gates").mkdir(exist_ok=True)
    (root / "gates" / "suites.toml").write_text(text, encoding="utf-8")
    return FileInputs(root, generated=suites)


def test_within_an_epoch_it_is_one_suite(suites: GeneratedSuites) -> None:
    """Whenever it is made, kept or not; in the next epoch it is another."""
    pin = suites.pin(_row())
    assert suites.pin(_row()) == pin
    suites.kept.unlink()
    later = dataclasses.replace(suites, now="2026-11-29T23:00:00Z")
    assert later.pin(_row()) == pin
    monday = dataclasses.replace(suites, now="2026-11-30T00:00:00Z")
    assert monday.pin(_row()).digest != pin.digest


CHANGES = {
    "secret": lambda suites: dataclasses.replace(
        suites, secret=suites.secret._replace(given="6" * 64)
    ),
    "code": lambda suites: dataclasses.replace(suites, code=lambda: "d" * 64),
}


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_what_it_is_made_from_is_its_revision(what: str, suites: GeneratedSuites) -> None:
    """Other code, another secret: one edition never has two contents under one revision."""
    pin, other = suites.pin(_row()), CHANGES[what](suites).pin(_row())
    assert pin.edition == other.edition
    assert pin.revision != other.revision


@pytest.mark.parametrize("change", [{"documents": 5}, {"every": Period.DAY}])
def test_another_row_is_another_suite(change: dict[str, object], suites: GeneratedSuites) -> None:
    """Its size and its epoch belong to what is measured."""
    assert suites.pin(_row(**change)).revision != suites.pin(_row()).revision


def test_the_suite_is_checked_against_its_pin_like_every_other(
    tmp_path: Path, suites: GeneratedSuites
) -> None:
    """A digest that was kept and is wrong is an integrity error, not another suite."""
    inputs = _inputs(tmp_path, suites)
    (pin,) = inputs.pins()
    assert {d.language for d in inputs.suite(pin).documents} >= {"en", "de", "zh"}
    kept = suites.kept.read_text(encoding="utf-8")
    suites.kept.write_text(kept.replace(pin.digest, "e" * 64), encoding="utf-8")
    again = _inputs(tmp_path, suites)
    (wrong,) = again.pins()
    with pytest.raises(IntegrityError) as caught:
        again.suite(wrong)
    assert caught.value.next_step == "rm artifacts/generated-suites.json"


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"a": 1}', b"\xff"])
def test_kept_digests_that_cannot_be_read_are_made_again(
    damage: bytes, suites: GeneratedSuites
) -> None:
    """They are a cache."""
    pin = suites.pin(_row())
    suites.kept.write_bytes(damage)
    assert suites.pin(_row()) == pin


def test_nothing_that_is_kept_holds_a_text_or_the_secret(
    tmp_path: Path, suites: GeneratedSuites
) -> None:
    """Digests only."""
    inputs = _inputs(tmp_path, suites)
    documents = inputs.suite(inputs.pins()[0]).documents
    written = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert SECRET.encode() not in written
    for document in documents:
        for span in document.spans:
            value = document.text[span.start : span.end].encode()
            assert len(value) < 6 or value not in written


def _without(suites: GeneratedSuites) -> GeneratedSuites:
    return dataclasses.replace(suites, secret=suites.secret._replace(given=""))


def test_without_a_secret_there_is_no_suite_and_the_fix_is_said(
    tmp_path: Path, suites: GeneratedSuites
) -> None:
    """The pin is of nothing that can be measured; other suites and commands go on."""
    inputs = _inputs(tmp_path, _without(suites))
    (pin,) = inputs.pins()
    assert pin.digest == ABSENT
    with pytest.raises(EvidenceError) as caught:
        inputs.suite(pin)
    assert "suite fresh cannot be made: there is no suite secret" in caught.value.message
    assert caught.value.next_step == "openmed keys init"
    assert not suites.kept.exists()


@pytest.mark.parametrize(
    "text", ["short", "5" * 63, "5" * 65, "g" * 64, "5" * 32 + "\n" + "5" * 32]
)
def test_a_secret_of_another_form_is_refused(text: str, suites: GeneratedSuites) -> None:
    """A password can be guessed; the error does not repeat it."""
    spoilt = dataclasses.replace(suites, secret=suites.secret._replace(given=text))
    assert spoilt.pin(_row()).digest == ABSENT
    with pytest.raises(EvidenceError) as caught:
        spoilt.content(_row())
    assert "64 hexadecimal digits" in caught.value.message
    assert text not in caught.value.diagnostics()


def test_a_secret_is_made_once_and_readable_by_its_owner(suites: GeneratedSuites) -> None:
    """Beside the private key, outside the repository; what is there is kept."""
    place = _without(suites).secret
    assert make_secret(place)
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
    secret = read_secret(place)
    assert len(secret) == 32
    assert not make_secret(place)
    assert read_secret(place) == secret
    assert not make_secret(place._replace(given=SECRET))


def test_no_secret_is_made_where_none_can_be_written(tmp_path: Path) -> None:
    """One sentence."""
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(UsageError, match="cannot write the suite secret"):
        make_secret(SecretPlace(tmp_path / "keys" / "suite-secret"))


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """As for the signing key."""
    place = secret_place(tmp_path / "local.pem", {"OPENMED_SUITE_SECRET": SECRET})
    assert (place.file, place.given) == (tmp_path / "suite-secret", SECRET)
    make_secret(place._replace(given=""))
    assert read_secret(place) == bytes.fromhex(SECRET)
    assert read_secret(place._replace(given="")) != bytes.fromhex(SECRET)


def test_a_private_folder_takes_the_place_of_our_templates(
    tmp_path: Path, suites: GeneratedSuites
) -> None:
    """Its wordings; its digest is part of the revision; a folder that is named must be there."""
    folder = tmp_path / "private"
    (folder / "en").mkdir(parents=True)
    sheet = folder / "en" / "ours.sheet"
    sheet.write_text("copies = 3\n== quiet-01 letter\nZyzzyva {patient.full}, {ssn}\n")
    named = dataclasses.replace(suites, environ={"OURS": str(folder)})
    row = _row(templates="$OURS")
    pin = named.pin(row)
    assert named.content(row).count(b"Zyzzyva") == 3
    sheet.write_text("copies = 3\n== quiet-01 letter\nZyzzyva {patient.full}: {ssn}\n")
    assert named.pin(row).revision != pin.revision
    assert suites.pin(row).digest == ABSENT
    with pytest.raises(OpenMedError, match="does not name a folder"):
        suites.content(row)
    sheet.write_text("== quiet-01 letter\n{nobody.full}\n")
    with pytest.raises(OpenMedError):
        named.content(row)


BAD_ROWS = {
    "no epoch": (ROW.replace('every = "week"\n', ""), "every"),
    "another epoch": (ROW.replace("week", "year"), "every"),
    "no documents": (ROW.replace("= 4", "= 0"), "documents"),
    "a relative folder": (ROW + 'templates = "here"\n', "templates"),
    "two rows": (ROW + ROW, "two rows for one suite name"),
    "a pin of that name": (
        (ROOT / "gates" / "suites.toml")
        .read_text(encoding="utf-8")
        .replace('name = "smoke"', 'name = "fresh"'),
        "two rows for one suite name",
    ),
    "another table": (ROW + "[other]\n", "unknown key `other`"),
    "a digest": (ROW + f'digest = "{"a" * 64}"\n', "digest"),
}


@pytest.mark.parametrize("name", sorted(BAD_ROWS))
def test_a_row_that_cannot_be_used_is_refused(
    name: str, tmp_path: Path, suites: GeneratedSuites
) -> None:
    """One sentence that names file and key."""
    text, reason = BAD_ROWS[name]
    with pytest.raises(UsageError) as caught:
        _inputs(tmp_path, suites, text).pins()
    assert reason in caught.value.message
    assert "gates/suites.toml" in caught.value.message


def test_a_pin_that_claims_to_be_generated_has_no_documents(
    tmp_path: Path, suites: GeneratedSuites
) -> None:
    """Nothing under `generated/` is read from disk."""
    inputs = _inputs(tmp_path, suites)
    table = inputs.pins()[0].model_dump() | {"name": "other", "path": "generated/other.jsonl"}
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "other.jsonl").write_text("{}")
    with pytest.raises(EvidenceError, match="has no"):
        inputs.suite(SuitePin.model_validate(table))
