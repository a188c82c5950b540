"""`openmed release waive`, `lift`, `approve`: what a person signs against a gate or a policy."""

import re
from datetime import datetime
from pathlib import Path

import click

from openmed.app import waivers
from openmed.cli.output import emit_json, exit_with, handle_errors, print_text, shared_options
from openmed.cli.release.rollback import checked_reason
from openmed.cli.render.help_format import Command
from openmed.context import open_context
from openmed.domain.attestation.waiver_rules import waive_command
from openmed.domain.wire import plain
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode

_AGAIN = "next: openmed release run --retry"


@click.command(cls=Command)
@click.argument("digest")
@shared_options
@click.option("--reason", required=True, help="Why; one line, shown on pages.")
@click.option("--expires", required=True, help="YYYY-MM-DD: it must be released by that day's end.")
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False),
    help="Your private key file, listed with the role waive; by default the one you sign with.",
)  # fmt: skip
@click.option(
    "--sign-only", is_flag=True, help="Leave the file; `openmed release lift` records it."
)
@handle_errors
def waive(  # noqa: PLR0913 - one argument per option
    *,
    digest: str,
    root: Path,
    as_json: bool,
    reason: str,
    expires: str,
    key: Path | None,
    sign_only: bool,
) -> None:
    """Sign a waiver for a quarantined artifact and lift it.

    The artifact is then no longer refused; every gate still has to pass. Another key than the
    one whose verdict quarantined it must sign. What was revoked cannot be lifted.

    Example: openmed release waive 3f2a9c01 --reason "gold was wrong" --expires 2026-12-01
    """
    wanted = digest.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{8,64}", wanted):
        msg = f"{digest[:80]!r} is not a digest; give at least 8 hexadecimal digits"
        raise UsageError(msg, next_step="openmed release status")
    why, until = checked_reason(reason), _moment(expires)
    context = open_context(root, quiet=True)
    done = waivers.waive(
        context,
        context.signer_of(key) if key else context.signer,
        digest=wanted,
        reason=why,
        expires=until,
        is_recording=not sign_only,
    )
    tag = done.entry.tag if done.entry else None
    if as_json:
        told = {"file": done.file, "tag": tag, "remaining": list(done.remaining)}
        emit_json("release waive", {**told, "waiver": plain(done.waiver)})
        return
    waiver = done.waiver
    what = f"artifact {waiver.artifact[:16]} of {waiver.slot}, quarantined by {waiver.tag}"
    if tag is None:
        print_text(f"signed: gates/waivers/{done.file} for {what}\nnext: openmed release lift")
        return
    following = _AGAIN
    if done.remaining:
        once_more = waive_command(waiver.artifact)
        following = f"still quarantined by {', '.join(done.remaining)}\nnext: {once_more}"
    print_text(f"lifted until {waiver.expires}: {what}; ledger entry {tag}\n{following}")


@click.command(cls=Command)
@click.argument("slot")
@shared_options
@click.option("--reason", required=True, help="Why; one line, shown on pages.")
@click.option("--expires", required=True, help="YYYY-MM-DD: a flip must use it by that day's end.")
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False),
    help="Your private key file, listed with the role waive; by default the one you sign with.",
)  # fmt: skip
@handle_errors
def approve(  # noqa: PLR0913 - one argument per option
    *, slot: str, root: Path, as_json: bool, reason: str, expires: str, key: Path | None
) -> None:
    """Sign that SLOT's policy may be weaker than at its last release.

    It names what is weaker, key by key, and holds for exactly these two policies. The next release
    of the slot uses it. Another key than the one that signs verdicts must sign.

    Example: openmed release approve pii::tiny::onnx --reason "gold was wrong" --expires 2026-12-01
    """
    why, until = checked_reason(reason), _moment(expires)
    context = open_context(root, quiet=True)
    signer = context.signer_of(key) if key else context.signer
    done = waivers.approve(context, signer, slot=slot, reason=why, expires=until)
    if as_json:
        emit_json("release approve", {"file": done.file, "statement": plain(done.statement)})
        return
    lines = [f"signed: gates/waivers/{done.file}, until {done.statement.expires}"]
    lines += [f"  {one.sentence}" for one in done.statement.weaker]
    print_text("\n".join([*lines, _AGAIN]))


@click.command(cls=Command)
@shared_options
@handle_errors
def lift(*, root: Path, as_json: bool) -> None:
    """Apply the waivers in gates/waivers/.

    Example: openmed release lift
    """
    done = waivers.lift(open_context(root, quiet=True))
    tag = done.entry.tag if done.entry else None
    if as_json:
        emit_json(
            "release lift",
            {
                "tag": tag,
                "lifted": [plain(change) for change in done.lifted],
                "refused": [
                    {"file": row.file, "reason": row.reason, "exit_code": row.exit_code}
                    for row in done.refused
                ],
            },
        )
    else:
        lines = [
            f"lifted until {row.expires}: artifact {row.artifact[:16]} of {row.slot}; "
            f"ledger entry {tag}"
            for row in done.lifted
        ]
        lines += [f"refused: gates/waivers/{row.file}: {row.reason}" for row in done.refused]
        helping = next((row.next_step for row in done.refused if row.next_step), "")
        lines += [f"next: {helping}"] if helping else [_AGAIN] if done.lifted else []
        print_text("\n".join(lines or ["Nothing to lift."]))
    exit_with(done.refused[0].exit_code if done.refused else ExitCode.DONE)


def _moment(expires: str) -> str:
    """The last second of a day, as the ledger writes times."""
    try:
        day = datetime.strptime(expires, "%Y-%m-%d")  # noqa: DTZ007 - a day; its end is UTC
    except ValueError:
        msg = f"{expires[:40]!r} is not a day; a day is YYYY-MM-DD"
        raise UsageError(msg) from None
    return f"{day:%Y-%m-%d}T23:59:59Z"
