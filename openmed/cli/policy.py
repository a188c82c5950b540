"""`openmed policy`: what slots are judged by."""

from collections.abc import Iterator
from pathlib import Path

import click

from openmed.app.family_policy import FamilyPolicy, suggest_family_policy
from openmed.app.policies import PolicyLint, PolicyStanding, lint_policies
from openmed.app.policy_suggestion import SuggestedPolicy, suggest_policy
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import counted, folded
from openmed.context import Context, open_context
from openmed.domain.release.policy_change import UNKNOWN, approve_command
from openmed.domain.wire import plain
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode


@click.command(cls=Command)
@shared_options
@handle_errors
def lint(*, root: Path, as_json: bool) -> None:
    """Check the policies of all candidates.

    Keys and ranges, the floor of green policies, files that no slot uses, and what is weaker than
    the policy that a live release was judged by. Exit code 2 when a policy cannot be used, 3 when
    one is weaker and nobody approved it.

    Example: openmed policy lint
    """
    found = lint_policies(open_context(root, quiet=True))
    if as_json:
        emit_json("policy lint", plain(found))
    else:
        lines = [line for text in _lines(found) for line in folded(text, width=columns())]
        print_text("\n".join(lines))
    exit_with(_code(found))


@click.command(cls=Command)
@click.argument("slot", required=False)
@shared_options
@click.option("--family", help="One policy for all candidates of a family, instead of SLOT.")
@click.option("--replace", is_flag=True, help="Write over the policy that is there, if one is.")
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@handle_errors
def suggest(  # noqa: PLR0913 - each is an option of the command
    *,
    slot: str | None,
    root: Path,
    as_json: bool,
    family: str | None,
    replace: bool,
    retry: bool,
) -> None:
    """Measure SLOT's candidate and write a preview policy to be reviewed.

    Each limit is the measured value with a stated margin; measurements that stand are used. Exit
    code 5 when the candidate cannot be measured, 3 when it measures too little for any limit.
    With --family: of each limit the least demanding that a candidate of the family has; exit code
    3 when the policy would hold one of them.

    Example: openmed policy suggest pii::tiny::onnx --replace
    """
    context = open_context(root, quiet=as_json)
    if family is not None and slot is None:
        _suggest_family(context, family, as_json=as_json, replace=replace, retry=retry)
        return
    if slot is None or family is not None:
        raise UsageError("name a SLOT, or a family with --family")
    found = suggest_policy(context, slot=slot, is_replacing=replace, retry=retry)
    if as_json:
        emit_json("policy suggest", plain(found))
    else:
        lines = [line for text in _suggested(found) for line in folded(text, width=columns())]
        print_text("\n".join(lines))
    no_verdict = ExitCode.NO_VERDICT if found.unmeasured else ExitCode.DONE
    exit_with(ExitCode.HELD if found.weak else no_verdict)


def _suggest_family(
    context: Context, family: str, *, as_json: bool, replace: bool, retry: bool
) -> None:
    found = suggest_family_policy(context, family=family, is_replacing=replace, retry=retry)
    if as_json:
        emit_json("policy suggest --family", plain(found))
    else:
        lines = [line for text in _for_family(found) for line in folded(text, width=columns())]
        print_text("\n".join(lines))
    exit_with(ExitCode.HELD if found.left else ExitCode.DONE)


def _for_family(found: FamilyPolicy) -> Iterator[str]:
    made = counted(len(found.made_of), "candidate")
    yield (
        f"{found.file}: grade preview, {counted(len(found.gates), 'gate')}, made of {made}, not "
        "reviewed yet"
    )
    if found.not_applicable:
        yield f"  not applicable: {', '.join(found.not_applicable)}"
    yield from (f"  left out: {row.slot}: {'; '.join(row.why)}" for row in found.left_out)
    yield from (f"  still in the way: {row.slot}: {'; '.join(row.why)}" for row in found.left)
    yield f"next: review {found.file}; then openmed release plan"


def _suggested(found: SuggestedPolicy) -> Iterator[str]:
    if not found.file:
        yield f"{found.slot}: no policy is suggested; nothing was written"
        yield from (f"  {sentence}" for sentence in (*found.weak, *found.unmeasured))
        return
    yield f"{found.file}: grade preview, {counted(len(found.gates), 'gate')}, not reviewed yet"
    yield from (f"  {sentence}" for sentence in found.said[2:])
    if found.not_applicable:
        yield f"  not applicable: {', '.join(found.not_applicable)}"
    yield from (f"  still in the way: {sentence}" for sentence in found.left)
    yield f"next: review {found.file}; then openmed release plan"


def _code(found: PolicyLint) -> ExitCode:
    if found.unused or any(row.fault for row in found.slots):
        return ExitCode.USAGE
    return ExitCode.HELD if any(row.is_refused for row in found.slots) else ExitCode.DONE


def _lines(found: PolicyLint) -> Iterator[str]:
    yield from (f"FIX {text}" for text in found.unused)
    for row in found.slots:
        yield from _of_slot(row)
    refused = [row for row in found.slots if row.is_refused and not row.fault]
    if refused:
        yield f"next: {approve_command(refused[0].slot)}"
    elif _code(found) is ExitCode.DONE:
        yield "Every policy can be used."


def _of_slot(row: PolicyStanding) -> Iterator[str]:
    if row.fault:
        yield f"FIX {row.slot}: {row.fault}"
        return
    yield f"{row.slot}: {row.policy}, grade {row.grade}, {counted(row.gates, 'gate')}"
    if row.weaker:
        yield f"  weaker than at {row.since}:"
        yield from (f"    {one.sentence}" for one in row.weaker)
        if row.approved_by:
            yield f"  approved by {row.approved_by}"
        else:
            yield f"  not approved{f': {row.why_not}' if row.why_not else ''}"
    if not row.is_known:
        yield f"  another policy than at {row.since}: {UNKNOWN}"
