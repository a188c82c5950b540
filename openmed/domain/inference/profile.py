"""The runner profile: everything besides weights that decides predictions.

It is a file of the artifact (`runner_profile.json`) and so part of its identity: another
window or threshold is another artifact. Measured on a third party's model, changing only
the window moved recall by ten points.
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from openmed.domain.candidates.candidate import RelativePath
from openmed.domain.frozen import Frozen
from openmed.domain.text import labels

PipelineDecoder: TypeAlias = Literal["hf-none", "hf-simple", "hf-first", "hf-average", "hf-max"]
"""Aggregation strategies of the pipeline of transformers."""
OffsetUnit: TypeAlias = Literal["code-point", "utf-16", "utf-8"]

FILE_NAME = "runner_profile.json"
"""Where the profile stands in an artifact."""


def _is_none(value: object) -> bool:
    """What is not said is not written: a profile keeps its bytes."""
    return value is None


class LabelRule(Frozen):
    """Maps one label type of the model (without `B-`/`I-`) to a canonical label or `IGNORE`."""

    model: Annotated[str, Field(min_length=1, max_length=80)]
    canonical: str

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.canonical != labels.IGNORE and self.canonical not in labels.BY_NAME:
            msg = f"{self.canonical[:40]!r} is neither a canonical label nor {labels.IGNORE}"
            raise ValueError(msg)
        return self


class TokenDecoding(Frozen):
    """How a token classifier is fed, and how its numbers become spans.

    Attributes:
        window: most tokens the model sees at once.
        stride: tokens two neighbouring windows share.
        stitch: which window decides a token two of them share; for `word-v1`.
        decoder: rule from token probabilities to spans; those called `hf-…` give what the
            pipeline of transformers gives with that aggregation strategy and this stride.
        threshold: least score of a predicted word, or of a span of the pipeline.
        max_padded_tokens: most tokens of one batch, padding included.
        max_items: most windows of one batch.
        label_map: total map from the model's label types; nothing is dropped silently.
        model_file: the file of weights to run where the source brings several; staging leaves the
            others out. None = there is one.
    """

    window: Annotated[int, Field(ge=8, le=8192)]
    stride: Annotated[int, Field(ge=0)]
    stitch: Literal["center,index"]
    decoder: Literal["word-v1"] | PipelineDecoder
    threshold: Annotated[float, Field(gt=0, lt=1)]
    max_padded_tokens: Annotated[int, Field(ge=8, le=1_048_576)]
    max_items: Annotated[int, Field(ge=1, le=4096)]
    label_map: Annotated[tuple[LabelRule, ...], Field(min_length=1)]
    model_file: RelativePath | None = Field(default=None, exclude_if=_is_none)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.stride >= self.window:
            msg = "stride must be smaller than window"
            raise ValueError(msg)
        if self.decoder == "hf-none" and self.stride:
            msg = "hf-none has no stride (the pipeline refuses one): set stride to 0"
            raise ValueError(msg)
        if self.max_padded_tokens < self.window:
            msg = "max_padded_tokens must hold at least one window"
            raise ValueError(msg)
        types = [rule.model for rule in self.label_map]
        if len(set(types)) < len(types):
            msg = "label_map names a model label twice"
            raise ValueError(msg)
        return self


class SpanSource(Frozen):
    """How a program is called that finds spans by itself.

    Attributes:
        function: `module:function`, from text to spans; for the runner `callable`.
        command: program and arguments, started in the artifact; for `subprocess-jsonl`.
        unit: what its offsets count.
        packages: `name==version` of what must be installed for it, exactly; part of the identity.
        requirements: file of the artifact that pins packages by hash, as pip reads it; they are
            installed into a folder of their own, wheels only.
        label_map: total map from its labels; a label without a rule is an error.
    """

    function: (
        Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$")] | None
    ) = None
    command: tuple[Annotated[str, Field(min_length=1, max_length=400)], ...] = ()
    unit: OffsetUnit = "code-point"
    packages: tuple[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*==[A-Za-z0-9][\w.+!-]*$")], ...
    ] = ()
    requirements: Annotated[RelativePath, Field(max_length=200)] | None = None
    label_map: Annotated[tuple[LabelRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if (self.function is None) == (not self.command):
            msg = "a source of spans is either a function or a command"
            raise ValueError(msg)
        labels_ = [rule.model for rule in self.label_map]
        if len(set(labels_)) < len(labels_):
            msg = "label_map names a model label twice"
            raise ValueError(msg)
        return self


class RunnerProfile(Frozen):
    """How an artifact is run.

    Attributes:
        runner: registered runner name.
        deterministic: whether two batch policies must give identical spans.
        tokens: for token classifiers; None for other runners.
        spans: for programs that find spans by themselves; None for other runners.
        rules: the backstop: ids of pattern rules (`docs/reference/rules.md`) whose matches are
            united with what the model predicts.
    """

    schema_: Literal["openmed.runner-profile/1"] = Field(
        default="openmed.runner-profile/1", alias="schema"
    )
    runner: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    deterministic: bool
    tokens: TokenDecoding | None = None
    spans: SpanSource | None = None
    rules: tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")], ...] = ()

    @model_validator(mode="after")
    def _names_each_rule_once(self) -> Self:
        if len(set(self.rules)) < len(self.rules):
            msg = "a rule is listed twice"
            raise ValueError(msg)
        return self
