"""Add a candidate: look at its files, try it, and write its row, profile, pins and catalogue row.

Nothing is written while anything is unclear; everything that is unclear is said at once. The row of
the queue is written last, so a command that dies before it has added nothing.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from openmed.app.candidate_trial import (
    FILE,
    Looked,
    as_kept,
    draft_of,
    fitted,
    program_labels,
    sample_of,
)
from openmed.context import Context, temporary_context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import FILE_NAME as CATALOGUE
from openmed.domain.candidates.queue_file import QUEUE, appended, catalogue_row, rows_of, with_row
from openmed.domain.digest import tree_digest
from openmed.domain.gates.policy import suites_of
from openmed.domain.gates.rules.evidence import EvidenceComplete
from openmed.domain.gates.rules.manifest_coherence import coherence
from openmed.domain.inference.label_maps import LABEL_MAPS
from openmed.domain.inference.pinned_packages import is_pin
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.inference.proposal.found_labels import (
    JudgeableLabels,
    UnfoundLabel,
    unfound_labels,
)
from openmed.domain.inference.proposal.model_files import (
    Answers,
    FoundFact,
    Question,
)
from openmed.domain.inference.proposal.profile_proposal import PINS, propose_profile
from openmed.domain.inference.proposal.row_proposal import ProposedRow, propose_row
from openmed.domain.text.labels import BY_NAME
from openmed.domain.text.span import Document
from openmed.domain.wire import pretty, read_json
from openmed.errors import EvidenceError, OpenMedError, PolicyError, UsageError

_ANY_SLOT: Final = "any::none::none"
"""A slot that no policy is about: the default holds for it."""


class Wanted(NamedTuple):
    """What somebody wants added.

    Attributes:
        answers: what they said; its source is as they named it.
        packages: `name==version` of what a program needs.
    """

    answers: Answers
    packages: tuple[str, ...] = ()


class Addition(NamedTuple):
    """What was added, or would be.

    Attributes:
        candidate: the row.
        found: what was found out, and in what.
        unjudged: labels it has that no suite here can judge in its languages.
        unfound: labels it has and does not find.
        files: what is written, by path; the row's last.
        tried: documents it answered.
    """

    candidate: Candidate
    found: tuple[FoundFact, ...]
    unjudged: tuple[str, ...]
    unfound: tuple[UnfoundLabel, ...]
    files: Mapping[str, bytes]
    tried: int


def add_candidate(context: Context, wanted: Wanted, *, is_dry_run: bool) -> Addition:
    """Add a candidate to the queue.

    Args:
        context: release repository.
        wanted: what to add.
        is_dry_run: write nothing.

    Raises:
        UsageError: something is not known, or the slot has a row already; nothing was written.
        OpenMedError: the source cannot be had, or the model cannot be run.
    """
    if not context.is_repository:
        msg = "there is no gates/ in the release repository"
        raise UsageError(msg, next_step="openmed init, or name the repository with --root")
    counted = counted_suites(context, wanted.answers.slot or _ANY_SLOT)
    judged = JudgeableLabels(judging_suites(context), counted)
    with temporary_context(context, profile=None) as world:
        context.progress.detail("looking at the files")
        looked = _look(world, wanted)
        maps = known_maps()
        said = program_labels(world, looked, judged.documents, maps=maps)
        looked = looked._replace(answers=said.answers)
        proposed = propose_profile(looked.files, said.answers, looked.packages, maps=maps)
        row = _row(looked, proposed.profile, seen=said.seen, judged=judged)
        opened = (*said.open, *proposed.open, *row.open)
        if opened or row.candidate is None or proposed.profile is None:
            raise _not_known(looked.answers.source, opened)
        require_new(context, row.candidate)
        sample = sample_of(judged.documents, languages=row.candidate.languages)
        context.progress.detail(f"trying it on {len(sample)} documents")
        tried = fitted(world, looked, proposed.profile, sample=sample)
    unfound = unfound_labels(sample, tried.records, claimed=row.candidate.labels)
    seen = frozenset(row.candidate.labels) - {one.label for one in unfound}
    # A model that finds nothing at all declares what it has: there is nothing to leave out.
    final = _row(looked, tried.profile, seen=seen or said.seen, judged=judged).candidate
    if final is None:
        final = row.candidate
    made = Addition(
        final,
        (*as_kept(proposed.found, tried.profile), *row.found),
        row.unjudged,
        unfound,
        _files(context, looked, final, tried.profile),
        len(sample),
    )
    return made if is_dry_run else _written(context, looked, made, tried.profile)


def require_new(context: Context, candidate: Candidate) -> None:
    """Refuse a row that the queue has no place for.

    Raises:
        UsageError: its slot or repository has a row already, or the catalogue says otherwise.
        EvidenceError: the catalogue cannot be used.
    """
    have = context.read_file(QUEUE) or b""
    rows = context.fresh_inputs().queue() if rows_of(have) else ()
    if any(row.slot == candidate.slot for row in rows):
        msg = f"{QUEUE} has a row of {candidate.slot} already; nothing was written"
        raise UsageError(msg, next_step="edit that row, or name another slot with --slot")
    if any(row.repo_id == candidate.repo_id for row in rows):
        msg = f"{QUEUE} has a row of {candidate.repo_id} already; nothing was written"
        raise UsageError(msg, next_step="name another repository with --repo-id")


def _row(
    looked: Looked,
    profile: RunnerProfile | None,
    *,
    seen: frozenset[str] | None,
    judged: JudgeableLabels,
) -> ProposedRow:
    return propose_row(
        looked.files, looked.answers, looked.packages, profile=profile, seen=seen, judged=judged
    )


def known_maps() -> dict[str, dict[str, str]]:
    """Maps of families, and our own labels, which mean themselves."""
    ours = {"our labels": {name: name for name in BY_NAME}}
    return ours | {name: known.table for name, known in LABEL_MAPS.items()}


def _look(world: Context, wanted: Wanted) -> Looked:
    answers = _pinned(world, wanted.answers)
    files = world.sources.stage(draft_of(answers.source, sha256=answers.sha256))
    folder = world.store.path(tree_digest(files))
    found = world.new_candidates.read(folder, name=_name(answers.source))
    is_program = found.profile is None and not found.weights
    packages = wanted.packages or (found.wanted if is_program and found.pins is None else ())
    if packages and (found.pins is not None or not answers.source.startswith(FILE)):
        why = (
            f"the folder has its own {PINS}"
            if found.pins
            else "pins are a file of the candidate's folder, so its source is file:FOLDER"
        )
        raise UsageError(f"--package: {why}", next_step="leave --package out")
    bad = next((one for one in packages if not is_pin(one)), None)
    if bad is not None:
        raise UsageError(f"--package {bad[:80]!r}: wanted NAME==VERSION")
    pins = world.new_candidates.pins(packages) if packages else None
    return Looked(folder, answers, found, pins)


def _pinned(world: Context, answers: Answers) -> Answers:
    """The source with what pins it: the commit of a repository, the digest of a wheel."""
    scheme, _, reference = answers.source.partition(":")
    if scheme not in world.sources.schemes or not reference:
        known = ", ".join(f"{name}:…" for name in world.sources.schemes)
        msg = f"{answers.source[:80]!r} is not a source; use one of {known}"
        raise UsageError(msg)
    changes: dict[str, object] = {}
    if scheme == "hf" and "@" not in reference:
        repo, _, folder = reference.partition("#")
        at = f"{repo}@{world.new_candidates.commit(repo)}"
        changes["source"] = f"hf:{at}#{folder}" if folder else f"hf:{at}"
    if scheme == "pypi" and answers.sha256 is None:
        changes["sha256"] = world.new_candidates.wheel(_wheel_reference(reference))
    return Answers.model_validate({**answers.model_dump(), **changes})


def _wheel_reference(reference: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==[\w.+!-]+(#.*)?", reference):
        msg = f"{reference[:80]!r} names no version; wanted pypi:NAME==VERSION#FOLDER"
        raise UsageError(msg)
    return reference


def _name(source: str) -> str:
    """What the folder, package or repository is called."""
    scheme, _, reference = source.partition(":")
    bare = reference.partition("#")[0]
    if scheme == "pypi":
        return bare.partition("==")[0]
    return PurePosixPath(bare.partition("@")[0] if scheme == "hf" else bare).name


def _not_known(source: str, opened: Sequence[Question]) -> UsageError:
    told = "; ".join(f"{one.what} ({one.answer})" for one in opened)
    msg = f"nothing was written; of {source[:120]} is not known: {told}"
    return UsageError(msg, next_step="answer each with the option in brackets")


def judging_suites(context: Context) -> dict[str, tuple[Document, ...]]:
    """Documents of the suites that can be read here and are not written anew, by suite."""
    found: dict[str, tuple[Document, ...]] = {}
    for pin in context.inputs.pins():
        if not pin.is_generated:
            try:
                found[pin.name] = context.inputs.suite(pin).documents
            except OpenMedError:
                continue  # What cannot be read here judges nothing here.
    return found


def counted_suites(context: Context, slot: str) -> frozenset[str]:
    """Suites on which the policy that holds for a slot counts gold; none when there is none."""
    try:
        tables = context.inputs.policy(slot).gates
    except PolicyError:
        return frozenset()
    found = [table for table in tables if table.id == EvidenceComplete.id]
    return (
        suites_of(read_json(found[0].settings.encode(), what="a table")) if found else frozenset()
    )


def _files(
    context: Context, looked: Looked, candidate: Candidate, profile: RunnerProfile
) -> dict[str, bytes]:
    """What is written, by path; the row of the queue last.

    Raises:
        UsageError: a file of another content is there.
        EvidenceError: the catalogue cannot be used.
    """
    files: dict[str, bytes] = {}
    if looked.packages is not None:
        folder = looked.answers.source.removeprefix(FILE)
        files[f"{folder}/{PINS}"] = looked.packages.pins.encode()
    if candidate.profile is not None:
        content = pretty(profile)
        if context.read_file(candidate.profile) not in {None, content}:
            msg = f"{candidate.profile} is there already, with another content"
            raise UsageError(msg, next_step="remove it, or name another slot with --slot")
        files[candidate.profile] = content
    listed = context.fresh_inputs().listed(candidate.repo_id)
    fault = coherence(candidate, listed)
    if listed.fault:
        raise EvidenceError(listed.fault)
    if listed.row is not None and fault is not None:
        step = "correct that row, or name another with --repo-id"
        raise UsageError(fault.message, next_step=step)
    if listed.row is None:
        have = context.read_file(CATALOGUE) or b""
        files[CATALOGUE] = appended(have, f"{catalogue_row(candidate)}\n", is_apart=False)
    files[QUEUE] = with_row(context.read_file(QUEUE) or b"", candidate)
    return files


def _written(context: Context, looked: Looked, made: Addition, profile: RunnerProfile) -> Addition:
    """Write it all, unless somebody added the like meanwhile."""
    with context.adding():
        require_new(context, made.candidate)
        files = _files(context, looked, made.candidate, profile)
        for name, content in files.items():
            context.write_file(name, content)
    return made._replace(files=files)
