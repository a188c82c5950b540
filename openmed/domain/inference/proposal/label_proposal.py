"""The label map of a model nobody mapped yet: known families filled, everything else asked.

A family's map counts where it knows all of a model's labels and these are three or more, or half
of them and at least five: `LOC`, `ORG` and `MISC` beside a `PER` are not the family that has the
first three. Where two families give one label two meanings, it is asked too: a wrong guess counts a
leak as found.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from openmed.domain.frozen import Frozen
from openmed.domain.inference.decoding import OUTSIDE, type_of_label
from openmed.domain.inference.profile import LabelRule

_LONGEST: Final = 80
_FEWEST_OF_ALL, FEWEST_OF_SOME = 3, 5
"""Known labels that make a family: where there is no other label, and where there are others."""


class LabelProposal(Frozen):
    """What is known of a model's labels.

    Attributes:
        rules: one for each label that is known, by label.
        families: maps they were taken from; one, where one has them all.
        unknown: labels that are not known, sorted.
        strange: answers for labels that the model does not have.
    """

    rules: tuple[LabelRule, ...]
    families: tuple[str, ...]
    unknown: tuple[str, ...]
    strange: tuple[str, ...]


def label_types(columns: Iterable[str], *, known: Iterable[str]) -> tuple[str, ...]:
    """Types of a model's labels, sorted, without `O` and without what a scheme puts before them.

    Args:
        columns: the model's label of each output column.
        known: types; one of them has no prefix to lose.
    """
    names = frozenset(known)
    return tuple(sorted({type_of_label(name, known=names) for name in columns if name != OUTSIDE}))


def propose_labels(
    columns: Sequence[str],
    *,
    answers: Sequence[LabelRule],
    maps: Mapping[str, Mapping[str, str]],
) -> LabelProposal:
    """Map a model's labels as far as they are known.

    Args:
        columns: the model's label of each output column.
        answers: what its owner said; they win.
        maps: canonical label or `IGNORE` by label, by name of the family.
    """
    said = {rule.model: rule.canonical for rule in answers}
    everywhere = {label for table in maps.values() for label in table}
    types = label_types(columns, known=said.keys() | everywhere)
    fitting = {
        name: table
        for name, table in maps.items()
        if _is_of(sum(kind in table for kind in types), of=len(types))
    }
    meanings = {
        kind: {table[kind] for table in fitting.values() if kind in table} for kind in types
    }
    known = {kind: next(iter(found)) for kind, found in meanings.items() if len(found) == 1} | {
        kind: said[kind] for kind in types if kind in said
    }
    usable = {kind: label for kind, label in known.items() if len(kind) <= _LONGEST}
    filled = usable.keys() - said.keys()
    whole = [name for name, table in fitting.items() if filled <= table.keys()]
    used = [name for name, table in fitting.items() if filled & table.keys()]
    return LabelProposal(
        rules=tuple(LabelRule(model=kind, canonical=usable[kind]) for kind in sorted(usable)),
        families=tuple(whole[:1] if filled and whole else used),
        unknown=tuple(kind for kind in types if kind not in usable),
        strange=tuple(sorted(said.keys() - set(types))),
    )


def _is_of(known: int, *, of: int) -> bool:
    """Whether a family that knows this many of a model's labels is the model's."""
    is_whole = known == of and known >= _FEWEST_OF_ALL
    return is_whole or (known >= FEWEST_OF_SOME and 2 * known >= of)
