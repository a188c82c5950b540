"""Try a candidate that has no row yet: what it answers says what its files do not.

It runs where every candidate runs, jailed, on documents of the suites. Two things follow from what
it does and are not asked: a window it has positions for, and batches that do not change its
answers. Which labels a program has is seen in its answers.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from openmed.context import Context
from openmed.domain.candidates.candidate import NO_ROW, Candidate
from openmed.domain.digest import tree_digest
from openmed.domain.inference.answer_faults import Reason, count_faults
from openmed.domain.inference.predictions import DocumentPredictions
from openmed.domain.inference.profile import FILE_NAME, LabelRule, RunnerProfile
from openmed.domain.inference.proposal.label_proposal import FEWEST_OF_SOME, propose_labels
from openmed.domain.inference.proposal.model_files import (
    Answers,
    FoundFact,
    ModelFiles,
    PackageFacts,
    Question,
)
from openmed.domain.inference.proposal.profile_proposal import (
    PINS,
    knows_labels,
    label_questions,
    mended,
    propose_profile,
)
from openmed.domain.text.span import Document
from openmed.domain.wire import from_plain, pretty
from openmed.errors import EvidenceError, ExternalError, OpenMedError, UsageError

FILE: Final = "file:"
_MOST_BYTES: Final = 16 * 1024**3
_SAMPLE: Final = 24
"""Documents that a new candidate answers, each twice."""
_TRIES: Final = 8
_LOADING_SECONDS: Final = 600.0
_NO_LABEL: Final = LabelRule(model="(no label)", canonical="PATIENT_NAME")
"""What a program is tried with whose labels are not known; it has no such label."""


class Looked(NamedTuple):
    """A candidate as it was looked at.

    Attributes:
        folder: its staged tree.
        answers: what its owner said, with what pins the source.
        files: what its files say.
        packages: what a program needs.
    """

    folder: str
    answers: Answers
    files: ModelFiles
    packages: PackageFacts | None


class ProgramLabels(NamedTuple):
    """What is known of the labels of a program.

    Attributes:
        answers: what its owner said, with the labels of a family that it has.
        open: labels nobody knows.
        seen: what its labels mean that it gave or that were answered; None = nobody looked.
    """

    answers: Answers
    open: tuple[Question, ...] = ()
    seen: frozenset[str] | None = None


class FittedProfile(NamedTuple):
    """A profile that a candidate was run with.

    Attributes:
        profile: the profile.
        records: what it answered, document by document.
    """

    profile: RunnerProfile
    records: tuple[DocumentPredictions, ...]


class _Trial(NamedTuple):
    """What a candidate did.

    Attributes:
        records: its answers.
        differing: documents that got other spans alone.
        labels: labels without a rule.
        hidden: how many more there are, which may not be shown.
    """

    records: tuple[DocumentPredictions, ...]
    differing: int = 0
    labels: tuple[str, ...] = ()
    hidden: int = 0


def draft_of(source: str, *, sha256: str | None) -> Candidate:
    """A row that a source can be staged for.

    Raises:
        UsageError: it is no source.
    """
    row = {
        "slot": NO_ROW,
        "title": "a new candidate",
        "repo_id": "local/model",
        "source": source,
        "sha256": sha256,
        "labels": ["PATIENT_NAME"],
        "languages": ["en"],
        "licence": "not stated",
        "max_bytes": _MOST_BYTES,
    }
    try:
        return from_plain(Candidate, row, what="the source")
    except EvidenceError as error:
        raise UsageError(error.message) from None


def sample_of(documents: Sequence[Document], *, languages: Sequence[str]) -> tuple[Document, ...]:
    """Documents spread over those of some languages, each id once; of all where none is named."""
    spoken = {one.id: one for one in documents if not languages or one.language in languages}
    of_them = tuple(spoken.values())
    return of_them[:: max(1, len(of_them) // _SAMPLE)][:_SAMPLE]


def program_labels(
    world: Context,
    looked: Looked,
    documents: Sequence[Document],
    *,
    maps: Mapping[str, Mapping[str, str]],
) -> ProgramLabels:
    """Which labels a program has that nobody gave a meaning, seen in its answers.

    Args:
        world: where it is tried.
        looked: the candidate.
        documents: those of the suites.
        maps: known label maps.

    Raises:
        OpenMedError: it cannot be run.
    """
    answers = looked.answers
    if looked.files.profile is not None or knows_labels(looked.packages):
        return ProgramLabels(answers)
    probing = _with_rules(answers, (*answers.labels, _NO_LABEL))
    profile = propose_profile(looked.files, probing, looked.packages, maps=maps).profile
    if profile is None or profile.spans is None:
        return ProgramLabels(answers)
    languages = answers.languages or looked.files.card.languages
    tried = _try(world, looked, profile, sample=sample_of(documents, languages=languages))
    found = propose_labels(tried.labels, answers=(), maps=maps)
    opened = label_questions(found)
    if tried.hidden:
        what = f"{tried.hidden} more labels, which are words of documents and are not shown"
        opened += (Question(what=what, answer="--label, by the program's own documentation"),)
    # A family is taken whole: a label that these documents do not have is met later. What is
    # declared is what was seen.
    is_family = len(found.rules) >= FEWEST_OF_SOME
    known = dict(maps[found.families[0]]) if is_family else {}
    seen = {rule.model: rule.canonical for rule in (*found.rules, *answers.labels)}
    known |= seen
    rules = tuple(LabelRule(model=label, canonical=known[label]) for label in sorted(known))
    return ProgramLabels(_with_rules(answers, rules), opened, frozenset(seen.values()))


def _with_rules(answers: Answers, rules: Sequence[LabelRule]) -> Answers:
    return Answers.model_validate({**answers.model_dump(), "labels": tuple(rules)})


def fitted(
    world: Context, looked: Looked, profile: RunnerProfile, *, sample: Sequence[Document]
) -> FittedProfile:
    """The profile, or the nearest one that the model can be run with.

    Raises:
        OpenMedError: there is none, or a document is not answered.
    """
    fault: OpenMedError | None = None
    tried = _Trial(())
    for _ in range(_TRIES):
        fault, tried = None, _Trial(())
        try:
            tried = _try(world, looked, profile, sample=sample)
        except ExternalError as error:
            fault = error
        else:
            _require_rules(tried)
        if fault is None and not tried.differing:
            return FittedProfile(profile, tried.records)
        told = fault.message if fault else ""
        other = mended(profile, fault=told, differing=tried.differing)
        if other is None or looked.files.profile is not None:
            break
        profile = other
    if fault is not None:
        raise fault
    msg = f"{tried.differing} of {len(sample)} documents get other spans alone than in a batch"
    raise EvidenceError(msg)


def as_kept(found: Sequence[FoundFact], profile: RunnerProfile) -> tuple[FoundFact, ...]:
    """What was found out, with the window that the model has positions for."""
    tokens = profile.tokens
    window = f"{tokens.window} tokens" if tokens is not None else ""
    return tuple(
        FoundFact(what=one.what, value=window, place="the model: no positions for more")
        if one.what == "window" and one.value != window
        else one
        for one in found
    )


def extra_files(looked: Looked, profile: RunnerProfile) -> dict[str, bytes]:
    """Files that the candidate gets besides its own."""
    extra = {} if looked.files.profile is not None else {FILE_NAME: pretty(profile)}
    return extra if looked.packages is None else {**extra, PINS: looked.packages.pins.encode()}


def _require_rules(tried: _Trial) -> None:
    names = ", ".join(tried.labels)
    if tried.labels or tried.hidden:
        more = f"{tried.hidden} that cannot be shown" if tried.hidden else ""
        msg = f"the label map has no rule for {' and '.join(one for one in (names, more) if one)}"
        raise EvidenceError(msg)


def _try(
    world: Context, looked: Looked, profile: RunnerProfile, *, sample: Sequence[Document]
) -> _Trial:
    """Have it answer documents together, then one by one.

    Raises:
        EvidenceError: one is not answered, and not for want of a rule.
        OpenMedError: it cannot be run.
    """
    place = world.new_candidates.assemble(looked.folder, extra_files(looked, profile))
    artifact = tree_digest(world.sources.stage(draft_of(f"{FILE}{place}", sha256=None)))
    staged = world.store.profile(artifact)
    log = world.products.log(NO_ROW, "try")
    with world.runners.open(
        world.store.path(artifact), staged, log=log, timeout=_LOADING_SECONDS
    ) as session:
        together = session.predict(sample)
        without = _without_rules(together)
        if without is not None:
            return without
        alone = [one for document in sample for one in session.predict((document,))]
    differing = sum(one.spans != other.spans for one, other in zip(together, alone, strict=True))
    return _Trial(tuple(together), differing)


def _without_rules(records: Sequence[DocumentPredictions]) -> _Trial | None:
    """Labels that have no rule; None where every document is answered.

    Raises:
        EvidenceError: one is not answered, and not for want of a rule.
    """
    failed = [record for record in records if record.fault]
    others = [one for one in failed if one.why is None or one.why.reason is not Reason.NO_RULE]
    if others:
        told = count_faults((one.fault, one.why) for one in others)[0].sentence
        msg = f"{len(others)} of {len(records)} documents were not answered: {told}"
        raise EvidenceError(msg)
    if not failed:
        return None
    faults = [one.why for one in failed if one.why is not None]
    labels = {label for why in faults for label in why.labels}
    return _Trial((), 0, tuple(sorted(labels)), max(why.other_labels for why in faults))
