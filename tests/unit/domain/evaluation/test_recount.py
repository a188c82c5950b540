"""A report that does not come out again is refused, by the names of the parts that differ."""

import pytest
from support import builders

from openmed.domain.evaluation.recount import require_same
from openmed.errors import IntegrityError

GOOD = builders.a_report(builders.a_staged())


def test_the_same_report_is_not_refused() -> None:
    """Nor is none where there is none to be."""
    require_same(GOOD, GOOD, name="golden")
    require_same(None, None, name="baseline-golden")


def test_the_parts_that_differ_are_named_and_their_values_are_not() -> None:
    """A value might quote a document's id; a reader looks into the file."""
    other = GOOD.model_validate(
        {**GOOD.model_dump(), "invalid_predictions": 77, "scorer": "9" * 64}
    )
    with pytest.raises(IntegrityError) as caught:
        require_same(GOOD, other, name="golden")
    assert caught.value.message == (
        "report golden is not what its predictions count to; it differs in invalid_predictions, "
        "scorer"
    )


@pytest.mark.parametrize(("kept", "again"), [(GOOD, None), (None, GOOD)])
def test_a_report_in_place_of_none_is_refused(kept: object, again: object) -> None:
    """And the other way round."""
    with pytest.raises(IntegrityError, match="whether there is one"):
        require_same(kept, again, name="baseline-golden")  # type: ignore[arg-type]
