"""What one text becomes: recorded from transformers, and made anew by our runners."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from support.token_families import CANONICAL, STRATEGIES, Family, profile

from openmed.adapters.runners.model_files.config import read_config
from openmed.adapters.runners.model_files.tokenizer import load_tokenizer
from openmed.adapters.runners.onnx import OnnxTokenClassifier
from openmed.adapters.runners.token_classifier import Backend, Feed, TokenClassifier
from openmed.adapters.runners.transformers import TransformersTokenClassifier

Place: TypeAlias = tuple[int, int, str, float]
LOGIT_DIGITS = 3
LOGITS_APART = 2e-3
"""Two libraries add in another order; the scores of a tie differ by less."""
SCORES_APART = 5e-4


class Answer(NamedTuple):
    """One text: its tokens, their logits, and the spans of each aggregation strategy.

    Attributes:
        ids: with the special tokens; the whole text.
        offsets: of the same, special tokens as (0, 0).
        logits: of each token; None where the text is longer than a window.
        spans: by strategy, canonical labels, without empty and equal ones.
    """

    ids: list[int]
    offsets: list[tuple[int, int]]
    logits: list[list[float]] | None
    spans: dict[str, list[Place]]


class _Spy(Backend):
    """Keeps what goes in and comes out."""

    def __init__(self, inner: Backend) -> None:
        """Stand in front of a backend."""
        self.inner = inner
        self.roles = inner.roles
        self.seen: list[tuple[list[int], list[list[float]]]] = []

    def logits(self, feed: Feed) -> NDArray[Any]:
        """Logits of one batch."""
        answer = self.inner.logits(feed)
        for row, ids in enumerate(feed["input_ids"]):
            length = int(feed["attention_mask"][row].sum())
            self.seen.append((ids[:length].tolist(), answer[row, :length].tolist()))
        return answer


def _spied(kind: type[TokenClassifier]) -> type[TokenClassifier]:
    class Spied(kind):  # type: ignore[misc, valid-type] # either runner
        def _load(
            self, folder: Path, config: Mapping[str, object], model_file: str | None
        ) -> Backend:
            self.spy = _Spy(super()._load(folder, config, model_file))
            return self.spy

    return Spied


RUNNERS: dict[str, type[TokenClassifier]] = {
    "onnx": _spied(OnnxTokenClassifier),
    "transformers": _spied(TransformersTokenClassifier),
}


class OurRunner:
    """A runner with every decoder, over one folder."""

    def __init__(self, name: str, folder: Path) -> None:
        """Load it five times."""
        self.tokenizer = load_tokenizer(folder, read_config(folder)).tokenizer
        kind = RUNNERS[name]
        self.by_strategy = {
            strategy: kind(folder, profile(name, decoder=f"hf-{strategy}"))
            for strategy in STRATEGIES
        }

    def answer(self, text: str) -> Answer:
        """What we make of a text."""
        encoding = self.tokenizer.encode(text)
        spy: _Spy = self.by_strategy["none"].spy  # type: ignore[attr-defined] # of the subclass
        spy.seen.clear()
        spans = {}
        for strategy, runner in self.by_strategy.items():
            found = runner.predict([text])[0]
            if isinstance(found, Exception):
                raise found
            spans[strategy] = [(s.start, s.end, s.label, s.score) for s in found]
        seen = {tuple(ids): logits for ids, logits in spy.seen}
        return Answer(
            ids=encoding.ids,
            offsets=[(start, end) for start, end in encoding.offsets],
            logits=seen.get(tuple(encoding.ids)),
            spans=spans,
        )


def places(entities: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Place]:
    """Entities of the pipeline under canonical labels; empty and equal ones are left out."""
    known = {name.rpartition("-")[2] for name in names}
    found = {
        (
            int(one["start"]),
            int(one["end"]),
            CANONICAL[kind],
            round(float(one["score"]), 4),
        ): None
        for one in entities
        for kind in (str(one.get("entity_group") or one["entity"]).rpartition("-")[2],)
        if kind in known and one["start"] < one["end"]
    }
    return list(found)


def differences(ours: Answer, theirs: Answer) -> list[str]:
    """What differs: `tokens`, `offsets`, `logits`, or the name of a strategy."""
    found = []
    if ours.ids != theirs.ids:
        found.append("tokens")
    elif ours.offsets != theirs.offsets:
        found.append("offsets")
    elif theirs.logits is not None and (
        ours.logits is None
        or float(np.abs(np.array(ours.logits) - np.array(theirs.logits)).max()) > LOGITS_APART
    ):
        found.append("logits")
    for strategy in STRATEGIES:
        one, other = ours.spans[strategy], theirs.spans[strategy]
        if [place[:3] for place in one] != [place[:3] for place in other] or any(
            abs(mine[3] - their[3]) > SCORES_APART for mine, their in zip(one, other, strict=True)
        ):
            found.append(strategy)
    return found


def takes_positions(family: Family) -> bool:
    """Whether the family's graph is given positions: those that do not begin at 0 are."""
    return family.model_type != "bert"
