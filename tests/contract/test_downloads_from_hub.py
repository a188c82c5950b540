"""Downloads from a repository on the Hub: one commit, by the ledger or by its own signed word."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from schema_documents import FOLDER
from schema_documents import files as schema_files
from support.hub import TestHub
from support.json_schema import faults
from support.places import SLOT
from support.served import LATE, SOON, Asked, Served, a_consumer, by_fetch

from openmed.app.fetch import check_download, fetch_release, resolve_release, wanted_release
from openmed.context.consumer import Consumer, Source
from openmed.domain.digest import Json
from openmed.errors import ExternalError, IntegrityError


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """What a publisher serves; nobody changes it here."""
    return Served(tmp_path_factory.mktemp("served"))


def _on_a_hub(hub: TestHub, served: Served, number: int = 0) -> str:
    """What one slot's repository serves, on a Hub; its large file comes from the CDN."""
    return hub.repository("org/tiny").commit(served.repositories[number], message="Release")


def _hub_consumer(hub: TestHub, served: Served, place: Path, *, now: str = SOON) -> Consumer:
    own = a_consumer(served.key, place, now=now)
    return replace(own, environ={**own.environ, "HF_ENDPOINT": hub.url})


def test_from_the_hub_it_is_one_commit(served: Served, tmp_path: Path) -> None:
    """Read by its 40 digits, checked against the ledger, without the Hub's client; and pinned."""
    with TestHub() as hub:
        commit = _on_a_hub(hub, served)
        consumer = _hub_consumer(hub, served, tmp_path)
        source, wanted = Source("org/tiny", gates=str(served.root)), wanted_release(SLOT)
        folder = consumer.folder(tmp_path / "to")
        found = fetch_release(consumer, wanted, source, folder=folder)
        assert f"org/tiny@{commit}" == resolve_release(consumer, wanted, source).text
        asked = [one.path for one in hub.calls("resolve")]
        assert all(commit in path for path in asked)
        assert served.live.tag == found.tag
        checked = check_download(consumer, folder, None, is_offline=False)
        assert checked.is_live
        hub.fault("resolve", 0, "corrupt", times=0)
        with pytest.raises(IntegrityError):
            fetch_release(consumer, wanted, source, folder=consumer.folder(tmp_path / "not"))
    assert b"second" == (tmp_path / "to/model.onnx").read_bytes()
    assert not (tmp_path / "not").exists()


def test_a_repository_that_names_no_ledger_is_good_until_its_word_expires(
    served: Served, tmp_path: Path
) -> None:
    """And never older than what was seen; another slot, tag or time is refused."""
    with TestHub() as hub:
        consumer = _hub_consumer(hub, served, tmp_path)
        wanted, source = wanted_release(SLOT), Source("org/tiny")
        for number, name in ((1, "second"), (0, "live")):
            _on_a_hub(hub, served, number)
            found = fetch_release(consumer, wanted, source, folder=consumer.folder(tmp_path / name))
            assert "a revocation since" in found.notes[0]
        _on_a_hub(hub, served, 1)
        for asked, now, fault in (
            (SLOT, SOON, "an older or another release"),
            ("pii::large::onnx", SOON, "what is served is release"),
            (f"{SLOT}@2020.01.01-1", SOON, "what is served is release"),
            (SLOT, LATE, "expired"),
        ):
            then = _hub_consumer(hub, served, tmp_path, now=now)
            with pytest.raises(IntegrityError, match=fault):
                resolve_release(then, wanted_release(asked), source)
        checked = check_download(
            consumer, consumer.folder(tmp_path / "live"), None, is_offline=True
        )
        assert SLOT == checked.slot


@pytest.mark.parametrize("name", ["org/none", "org/private"])
def test_a_repository_that_nobody_may_read_is_said(
    name: str, served: Served, tmp_path: Path
) -> None:
    """No token is sent: what the public gets is what is checked."""
    with TestHub() as hub:
        hub.repository("org/private", files=served.repositories[0], private=True)
        with pytest.raises(ExternalError):
            resolve_release(
                _hub_consumer(hub, served, tmp_path), wanted_release(SLOT), Source(name)
            )


def test_what_is_written_follows_its_schema(served: Served, tmp_path: Path) -> None:
    """Head, release.json with its statement, and the record of a download."""

    def payload(envelope: str) -> Json:
        said: Json = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
        return said

    release = json.loads(served.repositories[0]["release.json"])
    asked = Asked(source=str(served.root), key=served.key, state=tmp_path / "state")
    assert 0 == by_fetch(asked, tmp_path / "to")
    documents = {
        "head": payload((served.root / "gates/head.json").read_text()),
        "release-file": release,
        "release-statement": payload(release["statement"]),
        "download": json.loads((tmp_path / "to/openmed-download.json").read_text()),
    }
    for name, document in documents.items():
        schema = json.loads(schema_files()[FOLDER / f"{name}.json"])
        assert [] == faults(document, schema), name
