"""The row of a new candidate: what its files and its owner tell, and what is not known."""

from typing import Final, NamedTuple

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.licences import is_expression, wants_attribution
from openmed.domain.inference.declared_labels import declared_labels
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.inference.proposal.found_labels import JudgeableLabels
from openmed.domain.inference.proposal.model_files import (
    Answers,
    FoundFact,
    ModelFiles,
    PackageFacts,
    Question,
)
from openmed.domain.inference.proposal.slot_proposal import format_of, slot_part, tier_of
from openmed.domain.text.labels import BY_NAME, IGNORE
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError

_OWNER: Final = "local"
"""Owner of a repository that nobody named: it is served by the local registry."""
_STEP: Final = 1_000_000
_ROOM: Final = 5, 4
"""What a candidate may grow by before its row says so."""


class ProposedRow(NamedTuple):
    """A row.

    Attributes:
        candidate: None while something is open.
        found: what was found out.
        open: what was not.
        unjudged: labels it has and no suite here has gold enough of, in its languages.
    """

    candidate: Candidate | None
    found: tuple[FoundFact, ...]
    open: tuple[Question, ...]
    unjudged: tuple[str, ...] = ()


def propose_row(  # noqa: PLR0913 - every fact is an argument; none has a default
    files: ModelFiles,
    answers: Answers,
    packages: PackageFacts | None,
    *,
    profile: RunnerProfile | None,
    seen: frozenset[str] | None,
    judged: JudgeableLabels,
) -> ProposedRow:
    """Fill the row of a candidate.

    Args:
        files: what its folder holds.
        answers: what its owner said.
        packages: what a program needs.
        profile: how it is run; None = that is not known yet.
        seen: canonical labels that were seen in its answers; None = its files say which it has.
        judged: what the suites can judge.
    """
    opened: list[Question] = []
    slot = _slot(files, answers, profile, opened)
    licence = _licence(files, answers, packages, opened)
    attribution = answers.attribution or _attribution(files)
    if licence is not None and wants_attribution(licence.value) and not attribution:
        opened.append(
            Question(what=f"whom {licence.value} wants named", answer="--attribution WORDS")
        )
    languages = _languages(files, answers, judged, opened)
    claimed = _claimed(profile, seen) if profile is not None else ()
    has_gold = judged.of(languages.value.split()) if languages is not None else frozenset()
    labels = tuple(name for name in claimed if name in has_gold)
    if claimed and languages is not None and not labels:
        opened.append(
            Question(
                what=f"a suite with gold enough of what it finds ({', '.join(claimed)[:120]})",
                answer="pin one in gates/suites.toml; docs/reference/suites.md",
            )
        )
    found = [one for one in (slot, licence, languages) if one is not None]
    if opened or slot is None or licence is None or languages is None or not labels:
        return ProposedRow(None, tuple(found), tuple(opened))
    most = -(-files.size * _ROOM[0] // _ROOM[1] // _STEP) * _STEP or _STEP
    found.append(FoundFact(what="size", value=f"at most {most:,} bytes", place="its files"))
    name = slot_part(files.name) or slot.value.partition("::")[0]
    row = {
        "slot": slot.value,
        "title": name,
        "repo_id": answers.repo_id or f"{_OWNER}/{name}",
        "source": answers.source,
        **({"sha256": answers.sha256} if answers.sha256 else {}),
        **({"profile": f"gates/profiles/{slug(slot.value)}.json"} if not files.profile else {}),
        "labels": list(labels),
        "languages": languages.value.split(),
        "licence": licence.value,
        **({"attribution": attribution} if attribution else {}),
        "max_bytes": most,
        "bootstrap": True,
    }
    try:
        candidate = from_plain(Candidate, row, what="the new row")
    except EvidenceError as error:
        return ProposedRow(None, tuple(found), (Question(what=error.message, answer="the option"),))
    return ProposedRow(
        candidate, tuple(found), (), tuple(name for name in claimed if name not in has_gold)
    )


def _claimed(profile: RunnerProfile, seen: frozenset[str] | None) -> tuple[str, ...]:
    names = declared_labels(profile)
    if seen is None:
        return names
    meant = {BY_NAME[name].declared_as or name for name in seen - {IGNORE}}
    return tuple(name for name in names if name in meant)


def slug(slot: str) -> str:
    """A slot as a file name."""
    return slot.replace("::", "--")


def _slot(
    files: ModelFiles,
    answers: Answers,
    profile: RunnerProfile | None,
    opened: list[Question],
) -> FoundFact | None:
    if answers.slot is not None:
        return FoundFact(what="slot", value=answers.slot, place="--slot")
    family = slot_part(files.name)
    if not family:
        opened.append(Question(what="a name for its slot", answer="--slot FAMILY::TIER::FORMAT"))
        return None
    if profile is None:
        return None
    chosen = profile.tokens.model_file if profile.tokens is not None else None
    weights = chosen or (files.weights[0] if len(files.weights) == 1 else "")
    made = format_of(runner=profile.runner, weights=weights)
    tier = tier_of(runner=profile.runner, size=files.size)
    return FoundFact(what="slot", value=f"{family}::{tier}::{made}", place="its name and size")


def _licence(
    files: ModelFiles, answers: Answers, packages: PackageFacts | None, opened: list[Question]
) -> FoundFact | None:
    if answers.licence is not None:
        if is_expression(answers.licence):
            return FoundFact(what="licence", value=answers.licence, place="--licence")
        what = f"{answers.licence[:40]!r} is no SPDX expression"
        opened.append(Question(what=what, answer="--licence, e.g. Apache-2.0"))
        return None
    named = [
        (files.card.licence, "README.md"),
        (files.licence, files.licence_file),
        (packages.licence, f"the metadata of {packages.name}") if packages else ("", ""),
    ]
    said = [(licence, place) for licence, place in named if licence]
    if len({licence for licence, _ in said}) == 1:
        return FoundFact(what="licence", value=said[0][0], place=said[0][1])
    what = "its licence"
    if said:
        what += f", for {' and '.join(f'{place} says {name}' for name, place in said)}"
    opened.append(Question(what=what, answer="--licence SPDX"))
    return None


def _attribution(files: ModelFiles) -> str:
    return f"{files.rights}; files unchanged, the runner profile is ours" if files.rights else ""


def _languages(
    files: ModelFiles, answers: Answers, judged: JudgeableLabels, opened: list[Question]
) -> FoundFact | None:
    said = tuple(dict.fromkeys(answers.languages)) or files.card.languages
    if not said:
        opened.append(Question(what="its languages", answer="--language CODE"))
        return None
    lacking = [one for one in said if one not in judged.languages]
    if lacking:
        known = ", ".join(sorted(judged.languages)) or "none"
        opened.append(
            Question(
                what=f"a suite with gold in {', '.join(lacking)[:60]} (there is {known[:80]})",
                answer="pin one in gates/suites.toml, or name the others with --language",
            )
        )
        return None
    place = "--language" if answers.languages else "README.md"
    return FoundFact(what="languages", value=" ".join(said), place=place)
