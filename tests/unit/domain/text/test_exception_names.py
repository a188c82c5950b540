"""Names of exception types that may be shown."""

import builtins
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.text.exception_names import LISTED, OWN, exception_name, shown_name
from openmed.errors import EvidenceError

BUILTINS = {
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}


def test_every_builtin_is_listed() -> None:
    """Of this Python."""
    assert set() == BUILTINS - LISTED


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (KeyError("x"), "KeyError"),
        (EvidenceError("x"), "EvidenceError"),
        (zipfile.BadZipFile(), "BadZipFile"),
        (type("Ann Smith, MRN 123", (ValueError,), {})(), f"{OWN} (ValueError)"),
        (type("\n::error::", (BaseException,), {})(), f"{OWN} (BaseException)"),
    ],
)
def test_a_type_is_named_by_what_is_listed(error: BaseException, name: str) -> None:
    """Not by what it calls itself."""
    assert name == exception_name(error)
    assert name == shown_name(name)


@given(st.text(), st.sampled_from(["{}", f"{OWN} ({{}})", f"{OWN} {{}}", "ValueError{}"]))
def test_a_name_that_another_process_gave_is_one_of_the_list(said: str, form: str) -> None:
    """Or it is not shown."""
    allowed = LISTED | {OWN} | {f"{OWN} ({name})" for name in LISTED}
    assert shown_name(form.format(said)) in allowed
