"""Commands and clones with the registry `hub`: what is told, what comes back, who wins."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from support import builders
from support.hub import TestHub
from support.hub_places import (
    PUBLIC,
    Credentials,
    HubRepositoryPlace,
    allow,
    token_of,
)
from support.places import BACK
from support.served import a_consumer

from openmed.app.doctor import examine
from openmed.app.fetch import fetch_release, resolve_release, wanted_release
from openmed.app.maintenance import publish
from openmed.app.rollback import run_rollback
from openmed.context import Context
from openmed.context.consumer import Source
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.changes import Promoted
from openmed.domain.release.publishing.publication import (
    Operation,
    Publication,
    RepositoryHistory,
    history_of,
)
from openmed.errors import FlipConflictError, IntegrityError, UsageError
from openmed.ports.publishing import PublicRegistry, Receipt
from openmed.steps.publish import no_pages

pytest.importorskip("huggingface_hub")

FIRST, SECOND = b"first" * 4000, b"second" * 4000


@pytest.fixture
def place(hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubRepositoryPlace:
    """A release repository with a fine-grained token."""
    allow(monkeypatch, token_of(hub))
    return HubRepositoryPlace(tmp_path / "r")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("colour = 1", "colour"),
        ('staging = "{owner}/{name}"', "the public repository itself"),
        ('staging = "{owner}/{name}/x"', "gives no name"),
        ('staging = "{token}"', "gives no name"),
        ('staging = "a\\u001bb/c"', "staging"),
        ('accept = ["org/model@main"]', "accept"),
        ('accept = "org/model"', "accept"),
    ],
)
def test_settings_are_refused_in_one_sentence(tmp_path: Path, keys: str, said: str) -> None:
    """Unknown and hostile ones, with the file's name, before anything is asked."""
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "registries.toml").write_text(f'[[registry]]\nname = "hub"\n{keys}\n')
    with pytest.raises(UsageError) as caught:
        _ = Context(root=tmp_path, now=builders.NOW).registry
    assert caught.value.message.startswith("gates/registries.toml: the registry hub")
    assert said in caught.value.message
    assert caught.value.message.isprintable()


def test_of_eight_flips_at_once_one_wins(
    place: HubRepositoryPlace, hub: TestHub, tmp_path: Path
) -> None:
    """Eight ledgers go on from one release; seven are told which commit was first."""
    place.release(FIRST)
    state = place.place.releases.state()
    live = state.live_in(builders.SLOT)
    assert live is not None
    gate = Barrier(8)

    def flip(number: int) -> Receipt | FlipConflictError:
        content = f"candidate {number} ".encode() * 2000
        context = Context(root=place.place.root, now=builders.NOW, workplace=tmp_path / f"{number}")
        with context.store.scratch() as scratch:
            folder = scratch / "kept"
            folder.mkdir()
            for name, data in builders.contents_of(content).items():
                (folder / name).write_bytes(data)
            files = context.store.admit(folder)
        release = Promoted.model_validate(
            {
                **live.release.model_dump(),
                "artifact": builders.artifact_of(content),
                "files": files,
                "generation": 2,
            }
        )
        public = context.registry.of(release)
        assert isinstance(public, PublicRegistry)
        entry = sha256_hex(content)
        wanted = Publication(
            slot=release.slot,
            repo_id=PUBLIC,
            generation=2,
            operation=Operation.FLIP,
            tag="2026.11.24-2",
            entry=entry,
            artifact=release.artifact,
            files=files,
        )
        known = history_of(state, release)
        history = RepositoryHistory.model_validate(
            {**known.model_dump(), "reached": known.reached | {entry}}
        )
        gate.wait()
        try:
            return public.publish(wanted, history, pages=no_pages)
        except FlipConflictError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(flip, range(8)))
    won = [one for one in done if isinstance(one, Receipt)]
    lost = [one for one in done if isinstance(one, FlipConflictError)]
    assert (1, 7) == (len(won), len(lost))
    head = hub.repository(PUBLIC).head
    assert won[0].commit == head
    assert all(head in one.message for one in lost)
    assert len(hub.repository(PUBLIC).commits("main")) == 3


def test_a_rollback_command_tells_what_does_not_follow(
    place: HubRepositoryPlace, hub: TestHub
) -> None:
    """The pointer has moved; the report says so, and what to do; the next command does it."""
    place.release(FIRST)
    place.release(SECOND)
    hub.fault("commits", 1, "drop-before", times=0, repository=PUBLIC)
    report = run_rollback(place.place.world, BACK, is_dry_run=False)
    live = place.live
    assert live is not None
    assert live.release.artifact == builders.artifact_of(FIRST)
    assert report.exit_code == 5
    (alarm,) = report.alarms
    assert alarm.startswith(f"{builders.SLOT} is not published: ")
    kept = place.place.root / "artifacts" / "run-report.json"
    assert alarm in kept.read_text()
    assert hub.repository(PUBLIC).files("main")["model.onnx"] == SECOND
    hub.reset()
    done = publish(place.place.world)
    assert ([builders.SLOT], ()) == ([row.release.slot for row in done.again], done.unserved)
    assert hub.repository(PUBLIC).files("main")["model.onnx"] == FIRST
    done = publish(place.place.world)
    assert ([builders.SLOT], ()) == ([row.release.slot for row in done.whole], done.again)


def test_verify_hashes_what_the_hub_serves(place: HubRepositoryPlace, hub: TestHub) -> None:
    """One byte that the Hub gives otherwise is a fault, though its listing is right."""
    place.release(FIRST)
    assert () == place.place.verify().faults
    hub.fault("cdn", 1, "corrupt", times=0)
    (fault,) = place.place.verify().faults
    assert "model.onnx is changed" in fault


def test_bytes_come_back_from_the_hub(place: HubRepositoryPlace, tmp_path: Path) -> None:
    """A machine that has `gates/` only rolls back to bytes it downloads and hashes."""
    place.release(FIRST)
    place.release(SECOND)
    root = tmp_path / "other"
    shutil.copytree(place.place.root / "gates", root / "gates")
    shutil.copytree(place.place.root / "me", root / "me")
    other = HubRepositoryPlace(root)
    (done,) = other.roll_back()
    assert done.receipt is not None, done.fault
    assert done.receipt.bytes_sent == 0
    other.place.store.verify(builders.artifact_of(FIRST), builders.a_staged(content=FIRST).files)


def test_doctor_names_the_credentials(
    hub: TestHub, credentials: Credentials, tmp_path: Path
) -> None:
    """Which of both ways this process would write by; the token itself is nowhere."""
    world = HubRepositoryPlace(tmp_path / "r").place.world
    (check,) = [row for row in examine(world).checks if row.name == "hub"]
    mode = {"token": "fine-grained token", "publisher": "trusted publisher"}[credentials.name]
    assert check.says == f"{hub.url} ({mode})"
    assert all(secret not in repr(check) for secret in credentials.environ.values())


@pytest.mark.usefixtures("credentials")
def test_what_is_published_is_what_fetch_accepts(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After a flip, a second one and a rollback; by the key alone, and not with another card."""
    place = HubRepositoryPlace(tmp_path / "r")
    place.release(FIRST)  # There is no key to sign with, so nobody vouches for it yet.
    assert "release.json" not in hub.repository(PUBLIC).files("main")
    monkeypatch.setenv("OPENMED_SIGNING_KEY_FILE", str(place.place.keys.private))
    place = HubRepositoryPlace(tmp_path / "r")
    key = next((place.place.root / "gates" / "keys").glob("release*.pub"))
    own = a_consumer(key, tmp_path, now=builders.NOW)
    consumer = replace(own, environ={**own.environ, "HF_ENDPOINT": hub.url})
    wanted, source = wanted_release(builders.SLOT), Source(PUBLIC)
    for name, content in (("first", FIRST), ("second", SECOND), ("again", FIRST)):
        match name:
            case "first":
                (done,) = place.follow(is_asked=True)
            case "second":
                (done,) = place.release(SECOND)
            case _:
                (done,) = place.roll_back()
        assert done.receipt is not None, done.fault
        folder = tmp_path / name
        fetch_release(consumer, wanted, source, folder=consumer.folder(folder))
        assert (folder / "model.onnx").read_bytes() == content
        pinned = resolve_release(consumer, wanted, source).text
        assert pinned == f"{PUBLIC}@{done.receipt.commit}"
    hub.repository(PUBLIC).commit({"README.md": b"# another card"})
    with pytest.raises(IntegrityError):
        fetch_release(consumer, wanted, source, folder=consumer.folder(tmp_path / "not"))


def test_nothing_begins_without_credentials(hub: TestHub, tmp_path: Path) -> None:
    """No candidate is measured for hours to be told then; doctor says the same."""
    world = HubRepositoryPlace(tmp_path / "r").place.world
    with pytest.raises(UsageError, match="\\(no credentials\\) cannot be written"):
        publish(world)
    (check,) = [row for row in examine(world).checks if row.name == "hub"]
    assert check.fix == f"let this process write {hub.url} (no credentials)"
    assert [] == hub.requests
