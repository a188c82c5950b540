"""Which rows of a catalogue can be judged here, as far as the row itself says it, and their slots.

Asked before anybody asks the Hub, so that a fleet costs questions only where an answer may help.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from pydantic import Field

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import CatalogueRow, Word
from openmed.domain.candidates.licences import spdx_name
from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Frozen
from openmed.domain.inference.proposal.slot_proposal import slot_part
from openmed.domain.slot import Slot, parse_slot

TASK: Final = "token-classification"
_RUNNERS: Final = {"onnx": "onnx", "pytorch": "transformers", "safetensors": "transformers"}
"""Runner of what is in a repository, by the catalogue's word for it."""
_ONNX: Final = "onnx-"
"""How reduced formats of onnx are called."""
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_ROOM: Final = 39
_MARK: Final = 8
_SHOWN: Final = 4


class ObstacleKind(StrEnum):
    """Why a row cannot be judged here, or not yet."""

    ROW = "row"
    """It cannot be read."""
    TASK = "task"
    FORMAT = "format"
    LANGUAGE = "language"
    LICENCE = "licence"
    LABELS = "labels"
    REPOSITORY = "repository"
    """The Hub does not show it to us."""
    FILES = "files"
    CATALOGUE = "catalogue"
    """The repository's own catalogue says something else of it."""
    HUB = "hub"
    """The Hub did not answer; a later run asks again."""


LATER: Final = frozenset({ObstacleKind.ROW, ObstacleKind.HUB})
"""What says nothing of the model: it was not looked at."""


class Obstacle(Frozen):
    """Why a row cannot be judged here.

    Attributes:
        kind: what kind of reason; rows are counted by it.
        sentence: the reason.
    """

    kind: ObstacleKind
    sentence: str


class AdoptableRow(CatalogueRow):
    """The fields of a row that adopting it uses.

    Attributes:
        task: what its models do; None = it does not say.
        canonical_labels: labels its models have, as the catalogue writes them.
    """

    task: Word | None = None
    canonical_labels: tuple[Word, ...] = Field(default=())


class JudgingMeans(NamedTuple):
    """What can be judged here.

    Attributes:
        runners: why a runner cannot be used here, by its name; empty = it can.
        languages: languages with gold.
        labels: labels of models that have a meaning here.
    """

    runners: Mapping[str, str]
    languages: frozenset[str]
    labels: frozenset[str]


class RunnableFormat(NamedTuple):
    """The format of a row that can be run here, and what runs it."""

    format: str
    runner: str


def runnable_format(row: AdoptableRow, means: JudgingMeans) -> RunnableFormat | None:
    """The first of a row's formats that can be run here; None when none can."""
    found = ((name, runner_of(name)) for name in row.formats)
    return next(
        (
            RunnableFormat(name, runner)
            for name, runner in found
            if runner is not None and not means.runners.get(runner, runner)
        ),
        None,
    )


def runner_of(name: str) -> str | None:
    """What runs a format; None when nothing does."""
    word = name.strip().lower().replace("_", "-")
    return _RUNNERS.get(word) or ("onnx" if word.startswith(_ONNX) else None)


def row_obstacle(row: AdoptableRow, means: JudgingMeans) -> Obstacle | None:
    """Why a row cannot be judged here, by what it says; None when nothing it says is in the way."""
    said = (
        (ObstacleKind.REPOSITORY, _odd_name(row)),
        (ObstacleKind.TASK, _other_task(row)),
        (ObstacleKind.FORMAT, "" if runnable_format(row, means) else _no_runner(row, means)),
        (ObstacleKind.LANGUAGE, _no_gold(row, means)),
        (ObstacleKind.LICENCE, _no_licence(row)),
        (ObstacleKind.LABELS, _no_label(row, means)),
    )
    found = (Obstacle(kind=kind, sentence=sentence) for kind, sentence in said if sentence)
    return next(found, None)


def _odd_name(row: AdoptableRow) -> str:
    return "" if _REPOSITORY.fullmatch(row.repo_id) else "repo_id is not ORG/NAME"


def _other_task(row: AdoptableRow) -> str:
    return "" if row.task == TASK else f"task is {row.task or 'not named'}, wanted {TASK}"


def _no_gold(row: AdoptableRow, means: JudgingMeans) -> str:
    if not row.languages:
        return "it names no language"
    lacking = [one for one in row.languages if one not in means.languages]
    return f"no suite here has gold in {_some(lacking)}" if lacking else ""


def _no_licence(row: AdoptableRow) -> str:
    if not row.license:
        return "it names no licence"
    is_known = bool(spdx_name(row.license))
    return "" if is_known else f"licence {row.license!r} is none of SPDX that is known here"


def _no_label(row: AdoptableRow, means: JudgingMeans) -> str:
    if not row.canonical_labels or not means.labels.isdisjoint(row.canonical_labels):
        return ""
    return f"no label it lists has a meaning here: {_some(row.canonical_labels)}"


def _no_runner(row: AdoptableRow, means: JudgingMeans) -> str:
    why = [
        f"{name}: {means.runners.get(runner, 'unknown') if runner else 'there is no runner here'}"
        for name in row.formats
        for runner in (runner_of(name),)
    ]
    return f"no format of it can be run here ({'; '.join(why)})"


def _some(words: Collection[str]) -> str:
    names = [*words][:_SHOWN]
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"{', '.join(names)}{more}"


def proposed_slots(rows: Iterable[tuple[AdoptableRow, str]]) -> dict[str, str]:
    """A slot for each repository, none of them twice.

    The line is the repository's name; where that is too long for one, or two repositories would
    share it, the name is cut and marked with a digest. So a slot depends on nothing but the rows
    it could be mistaken for, whichever of them are adopted, and in which order.

    Args:
        rows: each row with the format that is run.
    """
    named = [(row, Slot(**_bare(row, name)), _line(row.repo_id)) for row, name in rows]
    count: dict[str, int] = {}
    for _, bare, line in named:
        key = f"{bare.key}::{line}"
        count[key] = count.get(key, 0) + 1
    return {
        row.repo_id: _with_line(bare, line)
        if count[f"{bare.key}::{line}"] == 1 and line
        else marked_slot(bare.key, row.repo_id)
        for row, bare, line in named
    }


def marked_slot(bare: str, repo_id: str) -> str:
    """A slot whose line is nobody else's.

    Args:
        bare: family, tier and format.
        repo_id: repository.
    """
    line = slot_part(repo_id.rpartition("/")[2])
    mark = sha256_hex(repo_id.encode())[:_MARK]
    return _with_line(parse_slot(bare), f"{line[:_ROOM].rstrip('-')}-{mark}".lstrip("-"))


def _bare(row: AdoptableRow, name: str) -> dict[str, str]:
    slot = parse_slot(f"{row.family}::{row.tier or ''}::{name}")
    return {"family": slot.family, "tier": slot.tier, "format": slot.format}


def _with_line(bare: Slot, line: str) -> str:
    return Slot(family=bare.family, tier=bare.tier, format=bare.format, line=line).key


def _line(repo_id: str) -> str:
    """The name as a line; empty where nothing or only a part of it can stand there."""
    name = repo_id.rpartition("/")[2]
    line = slot_part(name)
    return line if len(name) <= _ROOM + _MARK + 1 else ""


def as_adopted(candidate: Candidate) -> Candidate:
    """A proposed row that records what it measures and releases nothing."""
    return Candidate(**{**dict(candidate), "bootstrap": False, "adopted": True})
