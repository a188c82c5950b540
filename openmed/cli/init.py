"""`openmed init` and `openmed upgrade`: a new release repository, and one of an older version."""

from pathlib import Path

import click

from openmed.app.engine_pin import EnginePin, pin_engine
from openmed.app.scaffold import FileUpgrade, Way, begin
from openmed.app.scaffold import upgrade as run_upgrade
from openmed.cli.output import (
    emit_json,
    exit_with,
    handle_errors,
    output_options,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.context import open_context
from openmed.domain.digest import Json
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode


@click.command(cls=Command)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.option("--github", is_flag=True, help="Write the workflows of GitHub Actions too.")
@click.option(
    "--engine",
    metavar="REF",
    default="",
    help="With --github: the engine that CI installs, a wheel file or git+https://…@COMMIT.",
)
@output_options
@handle_errors
def init(*, folder: Path, github: bool, engine: str, as_json: bool) -> None:
    """Create a release repository in DIR.

    Example: openmed init releases
    Example: openmed init releases --github --engine dist/openmed_release-0.1.0-py3-none-any.whl
    """
    if engine and not github:
        raise UsageError("--engine belongs to --github")
    pin = _engine(engine) if engine else None
    context = open_context(folder, quiet=True)
    written = begin(context, folder=str(folder), is_on_github=github, engine=pin)
    if as_json:
        emit_json("init", {"folder": str(folder), "files": list(written)})
        return
    lines = [f"{len(written)} files in {folder}"]
    if not github:
        lines.append(f"next: cd {folder} && make release")
    else:
        lines += [
            f"next: cd {folder}, git init -b main, commit, add the remote origin, push",
            "the release state goes to its branch openmed-state, as gates/shared.toml says",
            "in GitHub, two things are left: the environment `release` with the secret",
            "OPENMED_SIGNING_KEY, and its public half in gates/keys/:",
            "  openmed keys add release --key ~/release.pem",
        ]
        if pin is None:
            lines.append("and the engine that CI installs: requirements/engine.txt says how")
    print_text("\n".join(lines))


def _engine(reference: str) -> EnginePin:
    path = Path(reference)
    wheel = path.read_bytes() if path.is_file() else None
    return pin_engine(reference, name=path.name, wheel=wheel)


@click.command(cls=Command)
@shared_options
@click.option("--check", is_flag=True, help="Write nothing; exit 10 if something would change.")
@handle_errors
def upgrade(*, root: Path, as_json: bool, check: bool) -> None:
    """Write what a repository of an older version lacks.

    What is written is printed as a diff. Files that a person changed are kept; what they lack
    is said. Review and commit the rest.

    Example: openmed upgrade --check
    """
    found = run_upgrade(open_context(root, quiet=True), is_check=check)
    changed = [one for one in found if one.way is not Way.KEPT]
    if as_json:
        emit_json("upgrade", {"check": check, "files": [_plain(one) for one in found]})
    else:
        print_text(_text(found, is_check=check))
    exit_with(ExitCode.CHANGES if check and changed else ExitCode.DONE)


def _plain(one: FileUpgrade) -> dict[str, Json]:
    return {"file": one.name, "way": one.way.value, "diff": one.diff, "lacks": list(one.lacks)}


def _text(found: tuple[FileUpgrade, ...], *, is_check: bool) -> str:
    changed = [one for one in found if one.way is not Way.KEPT]
    lines = [one.diff for one in changed]
    for one in found:
        if one.lacks:
            lines.append(f"{one.name} was changed here and is kept; this version has in it too:\n")
            lines += [f"    {line}\n" for line in one.lacks]
    word = "would be written" if is_check else "written"
    noun = "file" if len(changed) == 1 else "files"
    lines.append(f"{len(changed)} {noun} {word}\n" if changed else "nothing to write\n")
    if changed:
        lines.append(f"next: {'openmed upgrade' if is_check else 'git diff, then git commit'}\n")
    return "".join(lines)
