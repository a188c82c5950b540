"""`openmed keys`: whose signatures count, and the keys this process signs with."""

import re
from pathlib import Path

import click

from openmed.app.keys import rotate_key
from openmed.cli.output import columns, emit_json, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import table
from openmed.context import open_context
from openmed.domain.attestation.verifier import ListedKey, Role
from openmed.domain.digest import Json
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.fleet_facts import KeyClosure
from openmed.errors import UsageError


@click.command(cls=Command)
@shared_options
@handle_errors
def init(*, root: Path, as_json: bool) -> None:
    """Create your own signing key, and the suite secret, if there is none.

    The private key stays outside the repository. Its public half goes to artifacts/keys/,
    as the verifier `local`, which counts for the local registry only. The secret, from which
    generated suites are written, is a file beside the private key.

    Example: openmed keys init
    """
    context = open_context(root, quiet=True)
    keyid, made = context.make_keys()
    place, suites = str(context.keys.private), context.generated_suites
    is_new = suites.make_secret()
    if as_json:
        facts: dict[str, Json] = {"keyid": keyid, "made": made, "private_key": place}
        emit_json("keys init", {**facts, "suite_secret_made": is_new})
        return
    print_text(f"{'made' if made else 'found'} signing key {keyid[:16]} in {place}")
    if is_new:
        print_text(f"made suite secret in {suites.secret.file}")


@click.command("list", cls=Command)
@shared_options
@handle_errors
def list_command(*, root: Path, as_json: bool) -> None:
    """List the keys whose signatures count.

    Example: openmed keys list
    """
    world = open_context(root, quiet=True)
    state, own = world.releases.state(), world.signer.keyid
    # While a key is replaced it may stand in two files.
    listed = {key.keyid: key for key in world.verifiers.listed()}.values()
    if as_json:
        emit_json("keys list", [_plain(state, key, own) for key in listed])
        return
    headings = ("VERIFIER", "KEY", "MAY", "STATE", "FILE")
    rows = tuple(_cells(state, key, own) for key in listed)
    nothing = "No key is listed.\nnext: openmed keys init"
    print_text("\n".join(table(headings, rows, width=columns())) if rows else nothing)


@click.command(cls=Command)
@shared_options
@click.option("--verifier", default="", help="Whose key; by default of the key you sign with.")
@click.option("--lost", is_flag=True, help="The old private key is gone or in other hands.")
@handle_errors
def rotate(*, root: Path, as_json: bool, verifier: str, lost: bool) -> None:
    """Replace a signing key and close the old one.

    What the old key signed counts for ever if it is in the ledger by now, and not at all if
    it is not. With --lost the old private key is not needed.

    Example: openmed keys rotate
    Example: openmed keys rotate --lost --verifier release
    """
    rotation, tag = rotate_key(open_context(root, quiet=True), verifier=verifier, is_lost=lost)
    if as_json:
        emit_json("keys rotate", {**rotation.model_dump(mode="json"), "tag": tag or None})
        return
    print_text(
        f"key {rotation.keyid[:16]} of {rotation.verifier} is closed"
        f"{f'; ledger entry {tag}' if tag else ''}\n"
        f"key {rotation.successor[:16]} signs from now on\n"
        "next: commit gates/; then openmed release run"
    )


@click.command(cls=Command)
@click.argument("name")
@shared_options
@click.option(
    "--key", "file", type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="Private key file; made if it is missing.",
)  # fmt: skip
@click.option(
    "--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True,
    default=(Role.JUDGE.value,), show_default=True, help="What it may sign; may be repeated.",
)  # fmt: skip
@handle_errors
def add(*, name: str, root: Path, as_json: bool, file: Path, roles: tuple[str, ...]) -> None:
    """Add a public key to gates/keys/ as verifier NAME.

    Example: openmed keys add alice --role waive --key ~/alice.pem
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name):
        msg = f"{name[:80]!r} is not a verifier name; use lower-case letters, digits and hyphens"
        raise UsageError(msg)
    ring = open_context(root, quiet=True).ring
    keyid, made = ring.add(name, tuple(Role(role) for role in roles), file=file)
    if as_json:
        emit_json(
            "keys add", {"verifier": name, "keyid": keyid, "made": made, "roles": list(roles)}
        )
        return
    print_text(
        f"{name} is key {keyid[:16]}, may {' and '.join(roles)}: gates/keys/{name}.pub\n"
        "next: have gates/keys/ reviewed and committed"
    )


def _cells(state: FleetState, key: ListedKey, own: str) -> tuple[str, ...]:
    signs = " (yours)" if key.keyid == own else ""
    return (
        key.verifier,
        f"{key.keyid[:16]}{signs}",
        ", ".join(key.roles),
        _state(state.closure_of(key.keyid)),
        key.file,
    )


def _state(closure: KeyClosure | None) -> str:
    if closure is None:
        return "open"
    lost = "lost, " if closure.is_lost else ""
    return f"{lost}closed at ledger size {closure.size} ({closure.tag})"


def _plain(state: FleetState, key: ListedKey, own: str) -> dict[str, Json]:
    closure = state.closure_of(key.keyid)
    return {
        "verifier": key.verifier,
        "keyid": key.keyid,
        "roles": list(key.roles),
        "file": key.file,
        "signs_here": key.keyid == own,
        "closed_at": closure.size if closure else None,
        "closed_by": closure.tag if closure else None,
        "lost": bool(closure and closure.is_lost),
    }
