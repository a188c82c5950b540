"""The runner profile that a model's files lead to, and what they leave open."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from openmed.domain.inference.profile import LabelRule, RunnerProfile, SpanSource, TokenDecoding
from openmed.domain.inference.proposal.label_proposal import LabelProposal, propose_labels
from openmed.domain.inference.proposal.model_files import (
    Answers,
    FoundFact,
    ModelFiles,
    PackageFacts,
    Question,
    TokenFacts,
)
from openmed.domain.inference.proposal.program_maps import program_map
from openmed.domain.inference.windows import ONE_AT_A_TIME, TOO_WIDE
from openmed.domain.text.labels import IGNORE

PINS: Final = "requirements.lock"
"""File of the artifact that a new profile has pins by hash in."""
_LONGEST_WINDOW: Final = 512
"""Longer windows cost memory by their square, and few models were trained on them."""
_SHORTEST_WINDOW: Final = 16
_PADDED: Final = 1024
_ITEMS: Final = 16
_SHOWN: Final = 40


class ProposedProfile(NamedTuple):
    """How a model can be run.

    Attributes:
        profile: None while something is open.
        found: what was found out.
        open: what was not.
    """

    profile: RunnerProfile | None
    found: tuple[FoundFact, ...]
    open: tuple[Question, ...]


def propose_profile(
    files: ModelFiles,
    answers: Answers,
    packages: PackageFacts | None,
    *,
    maps: Mapping[str, Mapping[str, str]],
) -> ProposedProfile:
    """Say how a model is run, as far as its files and its owner tell.

    Args:
        files: what its folder holds.
        answers: what its owner said.
        packages: what a program needs; None = nothing was named.
        maps: known label maps.
    """
    if files.profile is not None:
        return _of_its_own(files.profile, answers)
    if answers.function or answers.command or (not files.weights and files.functions):
        return _program(files, answers, packages)
    return _token_classifier(files, answers, maps=maps)


def _of_its_own(profile: RunnerProfile, answers: Answers) -> ProposedProfile:
    if answers.labels or answers.function or answers.command or answers.model_file:
        question = Question(
            what="the model brings a runner_profile.json, and options say something else",
            answer="change that file, or leave the options out",
        )
        return ProposedProfile(None, (), (question,))
    found = FoundFact(what="runner", value=profile.runner, place="runner_profile.json")
    return ProposedProfile(profile, (found,), ())


def _token_classifier(
    files: ModelFiles, answers: Answers, *, maps: Mapping[str, Mapping[str, str]]
) -> ProposedProfile:
    weights, opened = _weights(files, answers)
    if files.tokens is None:
        # Without weights it may be anything, and what it is comes first.
        what = "config.json, which names the labels" if files.weights else "what runs it"
        answer = "add the file" if files.weights else "--function MODULE:NAME or --command"
        return ProposedProfile(None, (), (*opened, Question(what=what, answer=answer)))
    labels = propose_labels(files.tokens.columns, answers=answers.labels, maps=maps)
    opened += label_questions(labels, has_names=files.tokens.has_names)
    if not opened and not any(rule.canonical != IGNORE for rule in labels.rules):
        opened += (Question(what="a label of the model that is one of ours", answer="--label"),)
    window, place = _window(files.tokens)
    found = (
        FoundFact(what="runner", value=_runner(weights), place=weights or "no file"),
        FoundFact(what="window", value=f"{window} tokens", place=place),
        FoundFact(what="label map", value=_counts(labels), place=_families(labels)),
    )
    if opened:
        return ProposedProfile(None, found, opened)
    tokens = TokenDecoding(
        window=window,
        stride=window // 8,
        stitch="center,index",
        decoder="word-v1",
        threshold=0.5,
        max_padded_tokens=max(_PADDED, window),
        max_items=_ITEMS,
        label_map=labels.rules,
        model_file=weights if len(files.weights) > 1 else None,
    )
    profile = RunnerProfile(runner=_runner(weights), deterministic=True, tokens=tokens)
    return ProposedProfile(profile, found, ())


def _weights(files: ModelFiles, answers: Answers) -> tuple[str, tuple[Question, ...]]:
    names = ", ".join(files.weights)
    if answers.model_file is not None:
        if answers.model_file in files.weights:
            return answers.model_file, ()
        what = f"{answers.model_file[:_SHOWN]!r}: the model has {names or 'no weights'}"
        return "", (Question(what=what, answer="--model-file"),)
    if len(files.weights) == 1:
        return files.weights[0], ()
    if not files.weights:
        return "", ()
    return "", (Question(what=f"which of these files is run: {names}", answer="--model-file"),)


def _runner(weights: str) -> str:
    return "transformers" if weights.endswith(".safetensors") else "onnx"


def _window(tokens: TokenFacts) -> tuple[int, str]:
    """Tokens of a window, and what bounds them."""
    bounds = [
        (tokens.longest, "tokenizer_config.json: model_max_length"),
        (tokens.positions, "config.json: max_position_embeddings"),
        (_LONGEST_WINDOW, "the usual length; the files allow as much"),
    ]
    known = [(size, place) for size, place in bounds if size is not None and size > 0]
    return min(known, key=lambda bound: bound[0])


def label_questions(labels: LabelProposal, *, has_names: bool = True) -> tuple[Question, ...]:
    """What is open of a label map: labels nobody knows, and answers for labels it has not."""
    made: list[Question] = []
    if labels.unknown:
        names = ", ".join(repr(name)[1:-1][:_SHOWN] for name in labels.unknown)
        why = "" if has_names else " (config.json has no id2label: these are transformers' names)"
        count = _number(len(labels.unknown), "label")
        made.append(
            Question(
                what=f"what {count} of the model mean: {names}{why}",
                answer="--label THEIRS=OURS or --ignore THEIRS for each",
            )
        )
    if labels.strange:
        names = ", ".join(repr(name)[1:-1][:_SHOWN] for name in labels.strange)
        made.append(
            Question(what=f"{names}: the model has no such label", answer="--label, --ignore")
        )
    return tuple(made)


def _program(files: ModelFiles, answers: Answers, packages: PackageFacts | None) -> ProposedProfile:
    opened: list[Question] = []
    function = answers.function
    if not answers.command and function is None:
        if len(files.functions) == 1:
            function = files.functions[0]
        else:
            names = ", ".join(files.functions)
            opened.append(Question(what=f"which function is called: {names}", answer="--function"))
    rules = _program_rules(answers, packages)
    if not any(rule.canonical != IGNORE for rule in rules):
        opened.append(
            Question(
                what="what the labels of the program mean",
                answer="--label THEIRS=OURS or --ignore THEIRS for each",
            )
        )
    missing = sorted(set(files.imports) - (packages.modules if packages else frozenset()))
    if missing and files.pins is None:
        opened.append(
            Question(
                what=f"which package brings what it imports: {', '.join(missing)[:200]}",
                answer="--package NAME==VERSION",
            )
        )
    found: tuple[FoundFact, ...] = (
        FoundFact(what="runner", value=_called(function, answers), place="its Python files"),
    )
    if packages is not None:
        pins = packages.pins.count("--hash=")
        if program_map(packages.name):
            found += (
                FoundFact(what="label map", value=f"{len(rules)} labels", place=packages.name),
            )
        found += (
            FoundFact(what="packages", value=f"{pins} pinned by hash", place="the package index"),
        )
    if opened:
        return ProposedProfile(None, found, tuple(opened))
    spans = SpanSource(
        function=None if answers.command else function,
        command=answers.command,
        requirements=files.pins or (PINS if packages is not None else None),
        label_map=rules,
    )
    runner = "subprocess-jsonl" if answers.command else "callable"
    return ProposedProfile(RunnerProfile(runner=runner, deterministic=True, spans=spans), found, ())


def knows_labels(packages: PackageFacts | None) -> bool:
    """Whether the labels of a program are known by the name of its package."""
    return packages is not None and bool(program_map(packages.name))


def _program_rules(answers: Answers, packages: PackageFacts | None) -> tuple[LabelRule, ...]:
    known = program_map(packages.name) if packages is not None else {}
    said = {rule.model: rule.canonical for rule in answers.labels}
    table = {**known, **said}
    return tuple(LabelRule(model=label, canonical=table[label]) for label in sorted(table))


def _called(function: str | None, answers: Answers) -> str:
    if answers.command:
        return f"subprocess-jsonl, {' '.join(answers.command)[:_SHOWN]}"
    return f"callable, {function or 'no function yet'}"


def _counts(labels: LabelProposal) -> str:
    known = [rule for rule in labels.rules if rule.canonical != IGNORE]
    return f"{len(known)} mapped, {len(labels.rules) - len(known)} ignored"


def _families(labels: LabelProposal) -> str:
    return ", ".join(labels.families) or "the options"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def mended(profile: RunnerProfile, *, fault: str, differing: int) -> RunnerProfile | None:
    """A profile that may be kept where this one was not; None when nothing here helps.

    Args:
        profile: what was tried.
        fault: why the model could not be run; empty when it could.
        differing: documents that got other spans alone than in a batch.
    """
    tokens = profile.tokens
    if tokens is None:
        return None
    window, items = tokens.window, tokens.max_items
    if TOO_WIDE in fault and window // 2 >= _SHORTEST_WINDOW:
        window //= 2
    elif (differing or ONE_AT_A_TIME in fault) and items > 1:
        items = 1
    else:
        return None
    other = TokenDecoding(
        window=window,
        stride=window // 8,
        stitch=tokens.stitch,
        decoder=tokens.decoder,
        threshold=tokens.threshold,
        max_padded_tokens=tokens.max_padded_tokens,
        max_items=items,
        label_map=tokens.label_map,
        model_file=tokens.model_file,
    )
    return RunnerProfile(
        runner=profile.runner, deterministic=True, tokens=other, rules=profile.rules
    )
