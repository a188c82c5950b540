"""What a candidate redacts on a suite, as digests: whether two candidates predict the same.

By language and label, so that a row that declares less is still known for what it is. Scores do
not count, nor labels that are not declared: what is compared is what a release would redact.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen, Label

ShortDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
"""The first quarter of a sha256: whoever finds other spans with the same one gains a refusal."""

SHORT = 16


class LabelBehaviour(Frozen):
    """The predictions of one label in the documents of one language.

    Attributes:
        label: label predicted.
        spans: digest over document, start and end of each valid prediction, in order, none twice.
    """

    label: Label
    spans: ShortDigest


class LanguageBehaviour(Frozen):
    """The predictions in the documents of one language.

    Attributes:
        language: the language.
        labels: labels that were predicted, by name.
    """

    language: str
    labels: tuple[LabelBehaviour, ...]


Behaviour = tuple[LanguageBehaviour, ...]
"""By language; empty where it is not known."""


SpansOf = Mapping[str, Mapping[str, str]]
"""Digests by language and label."""


def is_same_behaviour(
    mine: SpansOf, theirs: SpansOf, *, labels: frozenset[str], their_labels: frozenset[str]
) -> bool | None:
    """Whether a candidate redacts what another one does, wherever the two can be compared.

    They are compared in languages that both ran on. A label that only the other one declared is
    left out; one that only this one declares must find nothing, or it redacts more.

    Args:
        mine: the candidate's, by language and label.
        theirs: the other one's.
        labels: what the candidate declares.
        their_labels: what the other one declared.

    Returns:
        None where nothing can be compared.
    """
    languages = mine.keys() & theirs.keys()
    if not languages or labels.isdisjoint(their_labels):
        return None
    return all(
        mine[language].get(label) == theirs[language].get(label)
        for language in languages
        for label in labels
    )


def by_language(behaviour: Behaviour) -> SpansOf:
    """Digests by language and label."""
    return {row.language: {label.label: label.spans for label in row.labels} for row in behaviour}
