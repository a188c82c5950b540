"""`openmed fetch` and `openmed resolve`: what people who download a release use.

No release repository is needed. A source is not trusted: what counts is the key that was given.
"""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import click

from openmed.app.fetch import (
    CheckedDownload,
    check_download,
    fetch_release,
    resolve_release,
    wanted_release,
)
from openmed.cli.output import (
    emit_json,
    handle_errors,
    output_options,
    print_document,
    print_text,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import counted
from openmed.context.consumer import REGISTRY, Source, open_consumer
from openmed.domain.digest import Json
from openmed.domain.text.number_format import short_digest, size
from openmed.errors import UsageError
from openmed.steps.downloads.fetch import Download

P = ParamSpec("P")
_HOW = "see docs/consumer.md"


def _source_options(command: Callable[P, None]) -> Callable[P, None]:
    source = click.option(
        "--from",
        "source",
        metavar="SOURCE",
        default="",
        help="URL or folder that serves gates/ and the registry; or ORG/REPO on the Hub.",
    )
    registry = click.option(
        "--registry",
        metavar="SOURCE",
        default="",
        show_default=f"{REGISTRY} below --from",
        help="URL or folder of the registry, where it lies elsewhere.",
    )
    gates = click.option(
        "--gates",
        metavar="SOURCE",
        default="",
        help="URL or folder that serves gates/, where --from is the repository of one slot.",
    )
    keys = click.option(
        "--key",
        "keys",
        multiple=True,
        type=click.Path(path_type=Path, dir_okay=False),
        show_default="~/.config/openmed/trusted-keys/*.pub",
        help="Public key that is trusted; may be given again. Never take it from the source.",
    )
    return source(registry(gates(keys(command))))


@click.command(cls=Command)
@click.argument("release", metavar="[SLOT[@TAG]]", default="")
@_source_options
@click.option(
    "--to", type=click.Path(path_type=Path), default=None, help="Folder to make; must be empty."
)
@click.option(
    "--check",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Look again at a folder that was downloaded, instead.",
)
@click.option("--offline", is_flag=True, help="With --check: ask no source.")
@output_options
@handle_errors
def fetch(  # noqa: PLR0913 - one option each
    *,
    release: str,
    source: str,
    registry: str,
    gates: str,
    keys: tuple[Path, ...],
    to: Path | None,
    check: Path | None,
    offline: bool,
    as_json: bool,
) -> None:
    """Download what SLOT serves, or what it served at TAG, and check every byte.

    From the signed head over pointer, ledger and verdict to each file; exit code 7, and nothing
    in the folder, when anything is unsigned, changed, expired, older than what was seen here
    before, quarantined or revoked.

    Example: openmed fetch pii::tiny::onnx --from https://models.example.org --to model --key k.pub
    Example: openmed fetch --check model --key k.pub
    """
    consumer = open_consumer(keys)
    named = Source(source, registry=registry, gates=gates)
    if check is not None:
        if release or to is not None:
            msg = "--check looks at one folder, and downloads nothing"
            raise UsageError(msg, next_step=_HOW)
        given = named if source else None
        checked = check_download(consumer, consumer.folder(check), given, is_offline=offline)
        _tell_checked(checked, check, as_json=as_json)
        return
    if not (release and source) or to is None or offline:
        msg = "what, where from and where to must be given"
        raise UsageError(msg, next_step=_HOW)
    found = fetch_release(consumer, wanted_release(release), named, folder=consumer.folder(to))
    if as_json:
        emit_json("fetch", {**_plain(found), "folder": str(to), "downloaded": found.downloaded})
        return
    files = counted(len(found.files), "file")
    what = f"{to}: {found.slot} {found.tag}, {files}, {size(found.size)}"
    by = f"ledger entry {found.head.tag}" if found.head else "the word of its own repository"
    ends = f"Checked against {by}, vouched for until {found.until}."
    print_text("\n".join([what, ends, *found.notes]))


@click.command(cls=Command)
@click.argument("release", metavar="SLOT[@TAG]")
@_source_options
@output_options
@handle_errors
def resolve(  # noqa: PLR0913 - one option each
    *,
    release: str,
    source: str,
    registry: str,
    gates: str,
    keys: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Print the exact release that SLOT serves, so that a program can pin it.

    Checked like a download, without the files: ORG/REPO@COMMIT, or ADDRESS@sha256:DIGEST.

    Example: openmed resolve pii::tiny::onnx --from https://models.example.org --key k.pub
    """
    if not source:
        msg = "where from must be given"
        raise UsageError(msg, next_step=_HOW)
    consumer = open_consumer(keys)
    named = Source(source, registry=registry, gates=gates)
    pin = resolve_release(consumer, wanted_release(release), named)
    if as_json:
        emit_json("resolve", {**_plain(pin.found), "pin": pin.text})
        return
    print_document(pin.text)


def _plain(found: Download) -> dict[str, Json]:
    return {
        "slot": found.slot,
        "tag": found.tag,
        "generation": found.generation,
        "repo_id": found.repo_id,
        "artifact": found.artifact,
        "files": len(found.files),
        "size": found.size,
        "ledger_size": found.head.size if found.head else None,
        "ledger_head": found.head.head if found.head else None,
        "expires": found.until,
        "notes": list(found.notes),
    }


def _tell_checked(found: CheckedDownload, folder: Path, *, as_json: bool) -> None:
    if as_json:
        data: dict[str, Json] = {**found._asdict(), "notes": list(found.notes)}
        emit_json("fetch", {**data, "folder": str(folder)})
        return
    what = f"{found.slot} {found.tag}".strip()
    files = counted(found.files, "file")
    lines = [f"{folder}: {what}, {files}, artifact {short_digest(found.artifact)}: every byte ok"]
    if found.is_live is None:
        lines.append("Whether it is still live was not asked; it may be revoked by now.")
    else:
        lines.append(f"{'Live' if found.is_live else 'Not live any more'} at {found.source}.")
    print_text("\n".join([*lines, *found.notes]))
