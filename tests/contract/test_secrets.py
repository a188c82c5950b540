"""No key, token or password is in the environment of git, of what git runs, or of pip."""

from pathlib import Path

import pytest
from support.places import SLOT
from support.simulators.clones import git
from support.simulators.shared_places import SharedPlaces, copy_of, local_hook, prepared

from openmed.adapters.process.secrets import pip_environment, without_secrets
from openmed.adapters.sync.git import git_environment, run_git
from openmed.app.sync import share

PLANTED = "s3cr3t-0f-a-person"
PEM = f"-----BEGIN PRIVATE KEY-----\n{PLANTED}\n-----END PRIVATE KEY-----\n"
NAMES = (
    "OPENMED_SIGNING_KEY", "OPENMED_SIGNING_KEY_FILE", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN",
    "OPENMED_SUITE_SECRET", "GITHUB_TOKEN", "GH_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "TWINE_PASSWORD",
    "DB_PASSWD", "KEY_PASSPHRASE", "AZURE_CREDENTIALS", "SOME_API_KEY", "SOME_APIKEY",
    "GOOGLE_APPLICATION_CREDENTIALS", "MY_PRIVATE_KEY", "npm_config_authtoken", "GITLAB_PAT",
)  # fmt: skip
"""Variables that hold secrets on machines of people and of CI."""
HARMLESS = {"PATH": "/bin", "HOME": "/root", "SSH_AUTH_SOCK": "/a", "LANG": "C", "XPATH": "/x"}


@pytest.fixture
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, PLANTED)
    monkeypatch.setenv("INNOCENT", PEM)


@pytest.fixture
def places(tmp_path: Path) -> SharedPlaces:
    """Two clones of a remote."""
    (tmp_path / "made").mkdir()
    (tmp_path / "work").mkdir()
    return copy_of(prepared(tmp_path / "made"), tmp_path / "work")


def test_secrets_are_known_by_name_or_by_what_they_are() -> None:
    """What authenticates nobody stays."""
    environ = {**dict.fromkeys(NAMES, PLANTED), "INNOCENT": PEM, **HARMLESS}
    assert without_secrets(environ) == HARMLESS


@pytest.mark.usefixtures("_secrets")
def test_pip_sees_no_secret_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs the index; what it starts needs no key."""
    monkeypatch.setenv("PIP_INDEX_URL", "https://index")
    seen = pip_environment()
    assert seen["PIP_INDEX_URL"] == "https://index"
    assert PLANTED not in "".join(seen.values())


def test_git_keeps_what_a_person_gave_to_git() -> None:
    """A push needs it; a hook could ask git for it anyway."""
    own = {"GIT_ASKPASS": "/bin/ask", "GIT_CONFIG_COUNT": "0", "GIT_SSH_COMMAND": "ssh"}
    seen = git_environment({**own, "GIT_DIR": "/elsewhere", "GIT_ASKPASS_TOKEN": PLANTED})
    assert {name: seen.get(name) for name in own} == own
    assert not {"GIT_DIR", "GIT_ASKPASS_TOKEN"} & seen.keys()


@pytest.mark.usefixtures("_secrets")
def test_no_hook_or_program_of_git_sees_a_secret(places: SharedPlaces) -> None:
    """Hooks of the clone and of a remote on this machine, the signer, filters, the file monitor."""
    one, seen = places["one"], places.work / "seen"
    seen.mkdir()
    hooks = ("pre-commit", "commit-msg", "post-commit", "post-checkout", "reference-transaction")
    for name in (*hooks, "pre-push", "pre-auto-gc", "post-index-change"):
        local_hook(one.root, name, f"env >> {seen}/{name}")
    places.hook(f"env >> {seen}/pre-receive")
    program = places.work / "program"
    program.write_text(f'#!/bin/sh\nenv >> "{seen}/program"\ncat\n')
    program.chmod(0o755)
    git(one.root, "config", "core.fsmonitor", str(program))
    git(one.root, "config", "filter.own.clean", str(program))
    (one.root / ".gitattributes").write_text("*.txt filter=own\n")
    (one.root / "note.txt").write_text("x")
    assert run_git(one.root, "add", "--all").code == 0
    assert run_git(one.root, "commit", "--quiet", "--message", "x").code == 0
    assert run_git(one.root, "checkout", "--quiet", "-b", "feature").code == 0
    assert run_git(one.root, "push", "--quiet", "origin", "feature").code == 0
    share(one.world, lambda _: one.hold.freeze(SLOT, reason="audit"), is_urgent=True)
    found = {path.name for path in seen.iterdir()}
    assert {*hooks, "pre-push", "pre-receive", "program"} <= found
    assert [path.name for path in seen.iterdir() if PLANTED in path.read_text()] == []
