"""Files of `gates/policy` that nothing uses are misspelt names."""

import pytest

from openmed.domain.gates.order.policy_files import policy_names, require_used
from openmed.errors import PolicyError

SLOTS = ("pii::tiny::onnx", "ner::base::onnx::nl")
USED = {
    "default.toml": "",
    "floor.toml": "",
    "pii.toml": "house",
    "house.toml": "",
    "pii--tiny--onnx.toml": "",
    "ner--base--onnx--nl.toml": "default",
}


def test_files_of_slots_families_bases_and_the_floor_are_used() -> None:
    """Also a file that only a used one extends."""
    require_used(USED, SLOTS)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("pii--tinny--onnx.toml", "did you mean `pii--tiny--onnx.toml`?"),
        ("pii--tiny--onx.toml", "did you mean `pii--tiny--onnx.toml`?"),
        ("pii-tiny-onnx.toml", "did you mean `pii--tiny--onnx.toml`?"),
        ("pii::tiny::onnx.toml", "did you mean `pii--tiny--onnx.toml`?"),
        ("pii--tiny--onnx.tml", "did you mean `pii--tiny--onnx.toml`?"),
        ("PII.toml", "did you mean `pii.toml`?"),
        ("pii.TOML", "did you mean `pii.toml`?"),
        ("defualt.toml", "did you mean `default.toml`?"),
        ("flor.toml", "did you mean `floor.toml`?"),
        ("ner--base--onnx.toml", "did you mean `ner--base--onnx--nl.toml`?"),
        ("something.toml", "rename it to FAMILY--TIER--FORMAT.toml"),
    ],
)
def test_a_file_that_no_slot_uses_is_refused(file: str, said: str) -> None:
    """It was ignored silently, and its slot judged by another file."""
    with pytest.raises(PolicyError) as caught:
        require_used({**USED, file: ""}, SLOTS)
    assert f"gates/policy/{file} is used by no slot; {said}" in caught.value.message


def test_a_file_that_an_unused_one_extends_is_unused() -> None:
    """Nothing reaches it."""
    with pytest.raises(PolicyError, match="used by no slot"):
        require_used({**USED, "odd.toml": "base", "base.toml": ""}, SLOTS)


def test_the_floor_is_nobodys_policy() -> None:
    """Not even of a family of that name."""
    assert ("floor--tiny--onnx", "default") == policy_names("floor::tiny::onnx")
