"""A label map: total, versioned, no silent drop."""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain.frozen import Frozen
from openmed.domain.inference.profile import LabelRule
from openmed.errors import EvidenceError


class LabelMap(Frozen):
    """A total map from one label set to ours.

    Attributes:
        name: what is mapped, with the map's version, e.g. `shield/1`.
        rules: one rule per label, by label.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+/\d+$")]
    rules: Annotated[tuple[LabelRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_each_label_once(self) -> Self:
        names = [rule.model for rule in self.rules]
        if len(set(names)) < len(names) or names != sorted(names):
            msg = "a label map lists each label once, in order"
            raise ValueError(msg)
        return self

    @property
    def table(self) -> dict[str, str]:
        """Canonical label or `IGNORE`, by source label."""
        return {rule.model: rule.canonical for rule in self.rules}

    def require(self, found: Iterable[str], *, what: str) -> None:
        """Check that every label of some data is listed.

        Raises:
            EvidenceError: one is not; it is counted, not quoted, for it may be anything.
        """
        known = self.table.keys()
        strange = len(set(found) - known)
        if strange:
            msg = f"{what}: {strange} labels are not in the label map {self.name}"
            raise EvidenceError(msg, next_step="add them to openmed/domain/inference/label_maps.py")
