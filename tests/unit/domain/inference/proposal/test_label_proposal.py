"""Label maps: filled where a family is known, asked everywhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.inference.profile import LabelRule
from openmed.domain.inference.proposal.label_proposal import LabelProposal, propose_labels

ONE = {
    "NAME": "PATIENT_NAME", "MAIL": "EMAIL", "TEL": "PHONE", "E-MAIL": "EMAIL", "CITY": "CITY",
    "ZIP": "ZIPCODE", "URL": "URL",
}  # fmt: skip
OTHER = {"NAME": "PROVIDER_NAME", "MAIL": "EMAIL", "DAY": "DATE"}
OTHER |= {"URL": "URL"}
MAPS = {"one": ONE, "other": OTHER}
NAMES = st.sampled_from([*ONE, *OTHER, "COLOR", "SHAPE", "SIZE"])


def proposed(*columns: str, **answers: str) -> LabelProposal:
    """The map of a model with these columns."""
    rules = [LabelRule(model=theirs, canonical=ours) for theirs, ours in answers.items()]
    return propose_labels(columns, answers=rules, maps=MAPS)


def table(found: LabelProposal) -> dict[str, str]:
    """Its rules."""
    return {rule.model: rule.canonical for rule in found.rules}


def test_a_known_family_fills_the_map() -> None:
    """Prefixes of a scheme go, `O` is no label."""
    found = proposed("O", "B-TEL", "I-TEL", "U-MAIL", "B-E-MAIL")
    assert table(found) == {"E-MAIL": "EMAIL", "MAIL": "EMAIL", "TEL": "PHONE"}
    assert (found.families, found.unknown) == (("one",), ())


def test_what_two_families_say_differently_is_asked() -> None:
    """What they agree on is filled."""
    found = proposed("NAME", "MAIL", "URL")
    assert (table(found), found.unknown) == ({"MAIL": "EMAIL", "URL": "URL"}, ("NAME",))
    said = proposed("NAME", "MAIL", "URL", NAME="PATIENT_NAME")
    assert table(said)["NAME"] == "PATIENT_NAME"


def test_a_label_that_a_family_happens_to_have_is_no_family() -> None:
    """One of three is too little to know what the others are."""
    found = proposed("MAIL", "COLOR", "SHAPE")
    assert (table(found), found.unknown) == ({}, ("COLOR", "MAIL", "SHAPE"))
    assert proposed("B-MAIL", "I-MAIL", "B-TEL").unknown == ("MAIL", "TEL")


def test_of_labels_partly_known_the_rest_is_listed() -> None:
    """Half of them and five are a family; four are none, nor are five of eleven."""
    five = ("TEL", "MAIL", "CITY", "ZIP", "URL")
    found = proposed(*five, "COLOR", "SHAPE")
    assert (len(found.rules), found.unknown) == (5, ("COLOR", "SHAPE"))
    assert proposed(*five, "COLOR", COLOR="IGNORE").unknown == ()
    assert proposed(*five[1:], "COLOR").unknown == ("CITY", "COLOR", "MAIL", "URL", "ZIP")
    assert proposed(*five, *"ABCDEF").rules == ()


def test_an_answer_for_no_label_is_told() -> None:
    """A typing error must not pass for an answer."""
    assert proposed("TEL", "MAIL", "URL", TELL="PHONE").strange == ("TELL",)


@pytest.mark.parametrize("name", ["X" * 81, "X" * 500])
def test_a_label_that_a_profile_cannot_hold_stays_unknown(name: str) -> None:
    """Whatever is said of it."""
    found = propose_labels([name], answers=(), maps={"one": {name: "EMAIL"}})
    assert (found.rules, found.unknown) == ((), (name,))


@given(st.lists(NAMES, max_size=6), st.dictionaries(NAMES, st.just("SSN"), max_size=3))
def test_every_label_is_mapped_once_or_asked(columns: list[str], answers: dict[str, str]) -> None:
    """An answer always wins; nothing is mapped that no answer and no family says."""
    found = proposed(*columns, **answers)
    made = table(found)
    assert made.keys() | set(found.unknown) == set(columns)
    assert made.keys() & set(found.unknown) == set()
    for label, ours in made.items():
        assert ours == answers.get(label) or ours in {t.get(label) for t in MAPS.values()}
