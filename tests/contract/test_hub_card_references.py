"""What the card of a release names besides: of ledger, row and catalogue, and nothing else."""

import base64
import json
from pathlib import Path
from typing import Any, get_args

import pytest
from support import builders
from support.hub import TestHub
from support.hub import cards as hub_checks
from support.hub_places import PUBLIC, TABLE, HubRepositoryPlace, allow, token_of
from support.places import BACK

from openmed.domain.candidates.listed_references import (
    MOST_NAMES,
    NOTHING_LISTED,
    ListedReferences,
    Relation,
    listed_references,
)
from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.pages.hub.card_references import card_references
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.rollback_options import Request

hub_client = pytest.importorskip("huggingface_hub")

ROW = {
    "repo_id": PUBLIC,
    "family": "pii",
    "base_model": "org/base",
    "base_model_relation": "finetune",
    "datasets": ["org/notes", "conll2003"],
    "new_version": "org/next",
}
LISTED = ListedReferences(
    base_models=("org/base",),
    relation="finetune",
    datasets=("org/notes", "conll2003"),
    new_version="org/next",
)
GATES = "https://models.example.org"
FIRST, SECOND = b"first" * 4000, b"second" * 4000


def _catalogue(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_a_row_is_read_and_the_others_are_not() -> None:
    """Unknown fields are nobody's business; a row that does not say it says nothing."""
    other = {"repo_id": f"{PUBLIC}-mlx", "base_model": 7}
    data = b"{\n" + _catalogue(other, ROW, {"repo_id": "org/bare"})
    assert listed_references(data, PUBLIC, what="models.jsonl") == LISTED
    assert listed_references(data, "org/bare", what="models.jsonl") == NOTHING_LISTED
    assert listed_references(data, "org/nobody", what="models.jsonl") == NOTHING_LISTED


BREAKS = (
    "a\n---\nlicense: mit\n---\n# Official", "org/x\nlicense: mit", "org/x\n", "org/x: [", "&a *a",
    "!!python/object:os.system", "{{ 7*7 }}", "<script>", "../../etc/passwd", "org/../x", "",
    "\u2028license: mit", "org/\u202ex", "org/x ", "'\"", "%TAG", "~", "org/x/y", "a" * 97,
    "A" * 10_000_000,
)  # fmt: skip
FORMS: tuple[object, ...] = (
    7, True, 1.5, {}, {"name": "org/x"}, [[]], [None], ["org/base", 7], [["org/x"]], {"a": [1]},
)  # fmt: skip
TOO_MANY = [f"org/x{number}" for number in range(MOST_NAMES + 1)]
KEYS = ("base_model", "datasets", "new_version", "base_model_relation")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "value",
    [*BREAKS, *FORMS, TOO_MANY, ["org/ok", BREAKS[0]], [PUBLIC]],
    ids=lambda value: repr(value)[:20],
)
def test_a_hostile_value_is_inert(key: str, value: object) -> None:
    """It is left out, told in a sentence that does not quote it, and takes nothing with it."""
    found = listed_references(_catalogue(ROW | {key: value}), PUBLIC, what="models.jsonl")
    whole = dict(LISTED)
    field = {"base_model": "base_models", "base_model_relation": "relation"}.get(key, key)
    left = {name: text for name, text in dict(found).items() if name not in {field, "faults"}}
    assert left == {name: whole[name] for name in left}
    assert not getattr(found, field)
    (fault,) = found.faults
    assert fault.startswith(f"models.jsonl: {key} of {PUBLIC} is") or "has more than" in fault
    assert len(fault) < 200


@pytest.mark.parametrize(
    "data",
    [
        _catalogue(ROW, ROW), _catalogue(ROW, ROW | {"base_model": "org/evil"}),
        _catalogue(ROW) + f'{{"repo_id": "{PUBLIC}", "repo_id": "org/x"}}\n'.encode(),
        _catalogue(ROW)[:-9], f'{{"repo_id": "{PUBLIC}", "x": '.encode() + b"[" * 100_000,
    ],
    ids=["twins", "two words", "a key twice", "cut off", "deep"],
)  # fmt: skip
def test_of_two_rows_none_is_believed(data: bytes) -> None:
    """Nor one beside a row that names the repository and cannot be read."""
    found = listed_references(data, PUBLIC, what="models.jsonl")
    assert found == ListedReferences(faults=found.faults)
    assert len(found.faults) == 1


@pytest.mark.parametrize("word", get_args(Relation))
def test_every_word_of_the_hub_for_a_relation_is_known(word: str) -> None:
    """As its checks have them."""
    assert word in hub_checks.RELATIONS
    found = listed_references(_catalogue(ROW | {"base_model_relation": word}), PUBLIC, what="m")
    assert (found.relation, found.faults) == (word, ())


def _live(base_model: str = "none", parent: str | None = None) -> tuple[FleetState, LiveRelease]:
    """A release whose recipe and row say these, beside a larger one that is live."""
    slots = ("pii::large::onnx", builders.SLOT)
    proposals = []
    for slot in slots:
        row = builders.a_candidate(slot=slot)
        verdict = builders.a_verdict(candidate=row)
        proposals.append(builders.a_proposal(verdict, candidate=row))
    plan = plan_flip(fold(()), tuple(proposals), now=builders.NOW)
    assert plan.entry is not None, plan.results
    state = fold((plan.entry,))
    live = state.live_in(builders.SLOT)
    assert live is not None
    release = live.release
    row = type(release.candidate).model_validate({**dict(release.candidate), "parent": parent})
    repro = type(release.repro).model_validate({**dict(release.repro), "base_model": base_model})
    changed = type(release).model_validate({**dict(release), "candidate": row, "repro": repro})
    return state, type(live).model_validate({**dict(live), "release": changed})


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("base_model", "parent", "listed", "wanted"),
    [
        ("none", None, NOTHING_LISTED, ((), None)),
        ("none", None, LISTED, (("org/base",), "finetune")),
        ("none", None, ListedReferences(relation="merge"), ((), None)),
        (f"org/start@{COMMIT}", None, NOTHING_LISTED, (("org/start",), None)),
        ("org/start", None, ListedReferences(relation="merge"), (("org/start",), "merge")),
        ("org/base", None, LISTED, (("org/base",), "finetune")),
        ("org/start", None, LISTED, (("org/start",), None)),
        ("file:/home/me/secret", None, NOTHING_LISTED, ((), None)),
        ("org/x\nlicense: mit", None, NOTHING_LISTED, ((), None)),
        ("none", "pii::small::onnx", NOTHING_LISTED, ((), None)),
    ],
)
def test_what_it_was_made_from(
    base_model: str, parent: str | None, listed: ListedReferences, wanted: tuple[object, object]
) -> None:
    """What is signed wins over the catalogue, and takes no relation of something else."""
    state, live = _live(base_model, parent)
    found = card_references(live, state, listed=listed, gates_url="", previous_revision="")
    assert (found.base_models, found.relation) == wanted


def test_a_reduced_format_names_its_parent() -> None:
    """The repository of the slot that its row declares, whatever the catalogue says."""
    state, live = _live(parent="pii::large::onnx")
    parent = state.live_in("pii::large::onnx")
    assert parent is not None
    other = type(parent.release.candidate).model_validate(
        {**dict(parent.release.candidate), "repo_id": "org/large"}
    )
    release = type(parent.release).model_validate({**dict(parent.release), "candidate": other})
    moved = type(parent).model_validate({**dict(parent), "release": release})
    rows = tuple(moved if row == parent else row for row in state.live)
    state = FleetState.model_validate({**dict(state), "live": rows})
    found = card_references(live, state, listed=LISTED, gates_url="", previous_revision="")
    assert (found.base_models, found.relation) == (("org/large",), "quantized")


def _head(text: str) -> dict[str, Any]:
    found = hub_checks.metadata(text)
    assert isinstance(found, dict)
    return found


def _card(hub: TestHub) -> str:
    return hub.repository(PUBLIC).files("main")["README.md"].decode()


def test_the_card_that_is_published(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Checked by the Hub as it is committed; the client's own values are what the catalogue says.

    Two releases and a rollback: each links the one before it, unless that is revoked.
    """
    allow(monkeypatch, token_of(hub))
    table = f'{TABLE}gates_url = "{GATES}"\n'
    place = HubRepositoryPlace(tmp_path / "r", table=table)
    monkeypatch.setenv("OPENMED_SIGNING_KEY_FILE", str(place.place.keys.private))
    (tmp_path / "r" / "models.jsonl").write_bytes(_catalogue(ROW))
    cards = []
    for content in (FIRST, SECOND):
        (done,) = HubRepositoryPlace(tmp_path / "r", table=table).release(content)
        assert done.receipt is not None, done.fault
        cards.append(_card(hub))
    commits = hub.repository(PUBLIC).commits("main")
    (done,) = HubRepositoryPlace(tmp_path / "r", table=table).roll_back()
    assert done.receipt is not None, done.fault
    cards.append(_card(hub))
    assert [one.status for one in hub.calls("validate-yaml")] == [200] * len(cards)
    for text in cards:
        card = hub_client.ModelCard(text)
        assert hub_checks.faults_of(text) == ([], [])
        again = hub_client.ModelCard(str(card))
        assert (again.data.to_dict(), again.text) == (card.data.to_dict(), card.text)
        assert card.data.base_model == ["org/base"]
        assert card.data.to_dict()["base_model_relation"] == "finetune"
        assert card.data.datasets == ["org/notes", "conll2003"]
        assert card.data.to_dict()["new_version"] == "org/next"
        assert f"({GATES}/gates/evidence/" in text
        assert all(
            one.source_url.startswith(f"{GATES}/gates/evidence/") for one in card.data.eval_results
        )
    assert "it is the first of its slot" in cards[0]
    assert f"[2026.11.24-1](https://huggingface.co/{PUBLIC}/tree/{commits[1].sha})" in cards[1]
    assert "it is the first of its slot" in cards[2]
    signed = json.loads(hub.repository(PUBLIC).files("main")["release.json"])
    assert json.loads(_payload(signed["statement"]))["predicate"]["release"]["gates"] == GATES


def _payload(envelope: str) -> str:
    return base64.b64decode(json.loads(envelope)["payload"]).decode()


def test_a_catalogue_that_cannot_be_read_holds_up_no_rollback(
    hub: TestHub,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What it would say is left out, and that is said."""
    allow(monkeypatch, token_of(hub))
    place = HubRepositoryPlace(tmp_path / "r")
    place.release(FIRST)
    (tmp_path / "r" / "models.jsonl").write_bytes(_catalogue(ROW | {"base_model": BREAKS[0]}))
    (done,) = HubRepositoryPlace(tmp_path / "r").release(SECOND)
    assert done.receipt is not None, done.fault
    assert "base_model of" in capsys.readouterr().err
    assert "base_model" not in _head(_card(hub))
    (tmp_path / "r" / "models.jsonl").write_bytes(b"\xff" * 100)
    (done,) = HubRepositoryPlace(tmp_path / "r").roll_back(
        Request.model_validate({**BACK.model_dump(), "reason": "it leaks"})
    )
    assert done.receipt is not None, done.fault
    assert {"base_model", "datasets"}.isdisjoint(_head(_card(hub)))


@pytest.mark.parametrize(
    "address",
    [
        "http://models.example.org", "https://me:secret@models.example.org", "https://x/?a=b",
        "https://x/#a", "https://x/)[b](https://y", "https://x/\\n", "javascript:alert(1)", "",
        "https://x y", "https://x/<b>", "file:///etc",
    ],
)  # fmt: skip
def test_an_address_of_the_ledger_is_plain(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    """It stands in pages and in a signed file: no user, no query, nothing that Markdown reads."""
    allow(monkeypatch, token_of(hub))
    table = f'{TABLE}gates_url = "{address}"\n'
    with pytest.raises(Exception, match="gates_url"):
        _ = HubRepositoryPlace(tmp_path / "r", table=table).place.registry
