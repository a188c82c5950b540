"""`openmed init`: a new release repository."""

from pathlib import Path

import click

from openmed.app.scaffold import begin
from openmed.cli.output import emit_json, handle_errors, output_options, print_text
from openmed.cli.render.help_format import Command
from openmed.context import open_context


@click.command(cls=Command)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.option("--github", is_flag=True, help="Write the workflow of GitHub Actions too.")
@output_options
@handle_errors
def init(*, folder: Path, github: bool, as_json: bool) -> None:
    """Create a release repository in DIR.

    Example: openmed init releases --github
    """
    written = begin(open_context(folder, quiet=True), folder=str(folder), is_on_github=github)
    if as_json:
        emit_json("init", {"folder": str(folder), "files": list(written)})
        return
    lines = [f"{len(written)} files in {folder}", f"next: cd {folder} && make release"]
    if github:
        lines += [
            "in GitHub, two things are left: the environment `release` with the secret",
            "OPENMED_SIGNING_KEY, and its public half in gates/keys/:",
            "  openmed keys add release --key ~/release.pem",
        ]
    print_text("\n".join(lines))
