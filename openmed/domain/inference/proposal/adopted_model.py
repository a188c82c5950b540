"""A queue row for a model that is published already, from its catalogue row and its small files.

What `candidate add` proposes from a folder; nothing of the weights is looked at, so what only a
trial shows (a label it never finds, a window too wide) shows when it is measured.
"""

from collections.abc import Mapping
from typing import NamedTuple

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.licences import spdx_name, wants_attribution
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.inference.proposal.adoptable_row import (
    AdoptableRow,
    Obstacle,
    ObstacleKind,
    RunnableFormat,
    as_adopted,
)
from openmed.domain.inference.proposal.found_labels import JudgeableLabels
from openmed.domain.inference.proposal.model_files import Answers, ModelFiles, Question
from openmed.domain.inference.proposal.profile_proposal import propose_profile
from openmed.domain.inference.proposal.row_proposal import propose_row
from openmed.domain.inference.proposal.slot_proposal import format_of
from openmed.domain.slot import parse_slot

_SUFFIXES = {"onnx": ".onnx", "transformers": ".safetensors"}


class AdoptedModel(NamedTuple):
    """What a published model becomes here.

    Attributes:
        candidate: its row.
        profile: how it is run; None where the repository brings one.
    """

    candidate: Candidate
    profile: RunnerProfile | None


class PublishedModel(NamedTuple):
    """One repository as it is published now.

    Attributes:
        row: what the catalogue says of it.
        commit: where its main branch stands.
        files: what its files say.
    """

    row: AdoptableRow
    commit: str
    files: ModelFiles


def propose_adoption(
    model: PublishedModel,
    runnable: RunnableFormat,
    *,
    slot: str,
    judged: JudgeableLabels,
    maps: Mapping[str, Mapping[str, str]],
) -> AdoptedModel | Obstacle:
    """Fill the row of a published model, or say why it cannot be judged.

    Args:
        model: the repository.
        runnable: which of its formats is run.
        slot: where it belongs.
        judged: what suites can judge.
        maps: known label maps.
    """
    files, row = model.files, model.row
    weights = _weights(files, runnable, slot=slot)
    if isinstance(weights, Obstacle):
        return weights
    if files.profile is None and files.tokens is None:
        return _obstacle(ObstacleKind.FILES, "it has no config.json, which names the labels")
    answers = Answers(
        source=f"hf:{row.repo_id}@{model.commit}",
        slot=slot,
        repo_id=row.repo_id,
        licence=spdx_name(row.license or ""),
        attribution=_attribution(row),
        languages=row.languages,
        model_file=None if files.profile is not None else weights,
    )
    proposed = propose_profile(files, answers, None, maps=maps)
    if proposed.profile is None:
        return _obstacle(ObstacleKind.LABELS, _told(proposed.open))
    made = propose_row(files, answers, None, profile=proposed.profile, seen=None, judged=judged)
    if made.candidate is None:
        return _obstacle(ObstacleKind.LABELS, _told(made.open))
    own = None if files.profile is not None else proposed.profile
    return AdoptedModel(as_adopted(made.candidate), own)


def _weights(files: ModelFiles, runnable: RunnableFormat, *, slot: str) -> str | Obstacle:
    """Which file of weights is run: the one of the format, where that is clear."""
    of_kind = [name for name in files.weights if name.endswith(_SUFFIXES[runnable.runner])]
    if not of_kind:
        what = f"it has no {_SUFFIXES[runnable.runner]} file, which {runnable.format} needs here"
        return _obstacle(ObstacleKind.FILES, what)
    wanted = parse_slot(slot).format
    exact = [name for name in of_kind if format_of(runner="onnx", weights=name) == wanted]
    found = exact if runnable.runner == "onnx" and exact else of_kind
    if len(found) == 1:
        return found[0]
    return _obstacle(ObstacleKind.FILES, f"which of {len(found)} files of weights is run")


def _attribution(row: AdoptableRow) -> str | None:
    """Who is named where the licence wants it: the owner of the repository."""
    if not wants_attribution(spdx_name(row.license or "")):
        return None
    owner = row.repo_id.partition("/")[0]
    return f"{owner}, https://huggingface.co/{row.repo_id}; files unchanged"


def _obstacle(kind: ObstacleKind, sentence: str) -> Obstacle:
    return Obstacle(kind=kind, sentence=sentence)


def _told(questions: tuple[Question, ...]) -> str:
    return f"not known: {'; '.join(one.what for one in questions)}"
