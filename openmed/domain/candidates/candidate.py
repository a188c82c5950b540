"""Candidates: what the queue asks to be released, and what staging froze of it."""

import re
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from openmed.domain.digest import repro_hash, tree_digest
from openmed.domain.frozen import Digest, Frozen, Label, Line, is_false
from openmed.domain.slot import SlotKey
from openmed.domain.text import labels
from openmed.domain.wire import digest_value

RepoId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9][A-Za-z0-9_.-]{0,95}$"),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]+)*$")]
RelativePath = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][\w.+-]*(/[A-Za-z0-9_][\w.+-]*)*$")
]
"""POSIX path inside a tree: no leading slash or dot, no `..`, no odd characters."""
PATH_RULE = "letters, digits, '.', '-', '_' and '+', not beginning with a dot"
"""The same for people, of each part."""


class SourceKind(StrEnum):
    """Schemes of the sources the engine brings; packages bring others (`openmed.sources`)."""

    RECIPE = "recipe"
    FILE = "file"
    PYPI = "pypi"
    HF = "hf"


OWN_SCHEMES = frozenset[str](SourceKind)

PYPI_REFERENCE = re.compile(
    r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})==(?P<version>[A-Za-z0-9][A-Za-z0-9.+!_-]{0,49})"
    r"(?:#(?P<folder>[A-Za-z0-9_][\w.+-]*(?:/[A-Za-z0-9_][\w.+-]*)*))?$"
)
"""`NAME==VERSION[#FOLDER]`: a wheel, and the folder in it that holds the model."""
HF_REFERENCE = re.compile(
    r"^(?P<repo>[A-Za-z0-9][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9][A-Za-z0-9_.-]{0,95})@(?P<commit>[0-9a-f]{40})"
    r"(?:#(?P<folder>[A-Za-z0-9_][\w.+-]*(?:/[A-Za-z0-9_][\w.+-]*)*))?$"
)
"""`ORG/NAME@COMMIT[#FOLDER]`: a model repository of the Hub, and the folder in it."""

NO_ROW: Final = "local::none::none"
"""Slot of a model that is looked at or measured without a row."""


_CLAIMABLE: Final = frozenset(facts.name for facts in labels.LABELS if not facts.is_coarse)
"""Labels a model may claim to find."""


class Candidate(Frozen):
    """One row of the queue: a model build that wants to be released.

    Attributes:
        slot: release channel.
        title: name for people.
        repo_id: repository it is published as, `org/name`.
        source: `recipe:FOLDER[#BUILD]`, `file:FOLDER`, `pypi:NAME==VERSION[#FOLDER]` or
            `hf:ORG/NAME@COMMIT[#FOLDER]`, or `SCHEME:…` of an installed package.
        sha256: of the wheel for `pypi:`, or of what another package's source fetches; other
            bytes are refused.
        profile: file of the release repository that becomes the artifact's runner profile, for
            sources that bring none.
        labels: canonical labels it claims to find; only these are judged.
        languages: languages it claims; only these are judged.
        licence: SPDX expression.
        attribution: who made it and what was changed, where the licence wants that said.
        max_bytes: most bytes its files may have together.
        parent: slot whose live release it is a reduced format of, for the gate `quantization`.
        timeout_seconds: for loading its runner, and again for each call of it.
        bootstrap: allows the first release of the slot, where nothing is live to compare with.
        adopted: records what it measures as what the slot's first release is compared with;
            releases nothing.
        description: one or two sentences for the model card.
    """

    slot: SlotKey
    title: Annotated[Line, StringConstraints(min_length=1, max_length=120)]
    repo_id: RepoId
    source: Annotated[
        str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,19}:[^\s]+$", max_length=400)
    ]
    sha256: Digest | None = None
    profile: RelativePath | None = None
    labels: Annotated[tuple[Label, ...], Field(min_length=1)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    licence: Annotated[Line, StringConstraints(min_length=1, max_length=120)]
    attribution: Annotated[Line, StringConstraints(max_length=1000)] = ""
    max_bytes: Annotated[int, Field(gt=0)]
    timeout_seconds: Annotated[int, Field(ge=1, le=86_400)] = 600
    bootstrap: bool = False
    # Left out where it says nothing: rows of earlier engines keep their digests.
    adopted: bool = Field(default=False, exclude_if=is_false)
    parent: SlotKey | None = None
    description: Annotated[str, StringConstraints(max_length=1000)] = ""

    @property
    def about(self) -> str:
        """How sentences about it begin: its slot, or its source where it has no row."""
        return self.source[:80] if self.slot == NO_ROW else self.slot

    @model_validator(mode="after")
    def _is_judgeable(self) -> Self:
        unknown = sorted(set(self.labels) - _CLAIMABLE)
        if unknown:
            msg = f"unknown label {unknown[0]} (known labels: openmed/domain/text/labels.py)"
            raise ValueError(msg)
        if len(set(self.labels)) < len(self.labels) or len(set(self.languages)) < len(
            self.languages
        ):
            msg = "a label or a language is listed twice"
            raise ValueError(msg)
        if self.parent == self.slot:
            msg = "a slot cannot be its own parent"
            raise ValueError(msg)
        if self.adopted and self.bootstrap:
            msg = (
                "adopted = true releases nothing, bootstrap = true is for a release; leave one out"
            )
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _is_pinned(self) -> Self:
        is_pypi, is_hf = self.scheme == SourceKind.PYPI, self.scheme == SourceKind.HF
        if is_pypi and not PYPI_REFERENCE.match(self.source_reference):
            msg = "a pypi: source is written pypi:NAME==VERSION or pypi:NAME==VERSION#FOLDER"
            raise ValueError(msg)
        is_ours = self.scheme in OWN_SCHEMES
        if is_ours and is_pypi != (self.sha256 is not None):
            msg = "sha256 belongs to a pypi: source, and every pypi: source needs one"
            raise ValueError(msg)
        if is_hf and not HF_REFERENCE.match(self.source_reference):
            msg = "an hf: source is written hf:ORG/NAME@COMMIT, all 40 digits, or with #FOLDER"
            raise ValueError(msg)
        return self

    @property
    def row(self) -> str:
        """Digest of this row: a verdict is for one row exactly."""
        return digest_value(self)

    @property
    def scheme(self) -> str:
        """The part of `source` before the colon."""
        return self.source.partition(":")[0]

    @property
    def source_reference(self) -> str:
        """The part of `source` after the colon."""
        return self.source.partition(":")[2]


class StagedFile(Frozen):
    """One file of a staged tree."""

    path: RelativePath
    size: Annotated[int, Field(ge=0)]
    sha256: Digest


class ReproParts(Frozen):
    """The four parts of a repro_hash; `none` where a source has no such part.

    Attributes:
        recipe: digest of the training script and its settings.
        data_manifest: digest of the training data manifest.
        base_model: reference of the base model.
        git_sha: last commit that touched the recipe, or `tree:` and its digest.
    """

    recipe: str
    data_manifest: str
    base_model: str
    git_sha: str

    @property
    def hash(self) -> str:
        """The repro_hash of these parts."""
        return repro_hash(
            recipe=self.recipe,
            data_manifest=self.data_manifest,
            base_model=self.base_model,
            git_sha=self.git_sha,
        )


class StagedCandidate(Frozen):
    """Product of `stage`: one candidate's bytes, frozen by content.

    Attributes:
        slot: release channel.
        repo_id: repository it is published as.
        row: digest of the candidate row it was staged for.
        source: digest of the source as it was read.
        artifact: tree digest of `files`; the identity of what is released.
        files: every file, by path.
        repro: parts of the repro_hash.
        repro_hash: digest of `repro`.
    """

    schema_: Literal["openmed.staged/1"] = Field(default="openmed.staged/1", alias="schema")
    slot: SlotKey
    repo_id: RepoId
    row: Digest
    source: Digest
    artifact: Digest
    files: Annotated[tuple[StagedFile, ...], Field(min_length=1)]
    repro: ReproParts
    repro_hash: Digest

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.artifact != tree_digest(self.files):
            msg = "artifact is not the tree digest of files"
            raise ValueError(msg)
        if self.repro_hash != self.repro.hash:
            msg = "repro_hash is not the digest of its parts"
            raise ValueError(msg)
        return self

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)
