"""What became of what was asked of the Hub and failed, by errors as they really come."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.hub import TestHub

from openmed.adapters.hub.connection import HubConnection
from openmed.adapters.hub.hub_client import answers
from openmed.adapters.hub.hub_token import HubToken
from openmed.adapters.hub.wire_policy import WirePolicy
from openmed.errors import EvidenceError, ExternalError, OpenMedError

pytest.importorskip("huggingface_hub")
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete

from openmed.adapters.hub.outcomes import HubOutcome, outcome_of, sentence_of

MODEL, GATED = "org/model", "org/gated"
Ask = Callable[[HubConnection, Path], object]


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """A Hub with a model, and one for some."""
    with TestHub() as hub:
        hub.repository(MODEL, files={"model.onnx": b"\0" * 100, "a.txt": b"small\n"})
        hub.repository(GATED, files={"a.txt": b"small\n"}).gated = True
        yield hub


def connected(hub: TestHub) -> HubConnection:
    """As someone who writes the model."""
    policy = WirePolicy(sleep=lambda _: None, longest_wait=60.0)
    token = HubToken(hub.token("writer", write=[MODEL]))
    return HubConnection("pii::tiny::onnx", endpoint=hub.url, token=token, policy=policy)


def commit(operation: CommitOperationAdd | CommitOperationCopy | CommitOperationDelete) -> Ask:
    """Ask for a commit."""
    return lambda connection, _: connection.api.create_commit(
        MODEL, [operation], commit_message="x"
    )


def weights() -> CommitOperationAdd:
    """Some that the Hub does not have."""
    return CommitOperationAdd("new.onnx", b"\0new")


REFUSALS: dict[str, tuple[Ask, HubOutcome, str]] = {
    "no such repository": (
        lambda connection, _: connection.api.repo_info("org/none"),
        HubOutcome.MISSING, "the Hub answers 404: Repository not found",
    ),
    "no such revision": (
        lambda connection, _: connection.api.repo_info(MODEL, revision="none"),
        HubOutcome.MISSING, "the Hub answers 404: Invalid rev id: none",
    ),
    "no such file": (
        lambda connection, place: connection.api.hf_hub_download(MODEL, "no", local_dir=place),
        HubOutcome.MISSING, "the Hub answers 404",
    ),
    "a copy of no file": (
        commit(CommitOperationCopy("no", "b")), HubOutcome.MISSING, "EntryNotFoundError",
    ),
    "a file for some": (
        lambda connection, place: connection.api.hf_hub_download(GATED, "a.txt", local_dir=place),
        HubOutcome.DENIED, "the Hub answers 403",
    ),
    "a tag that exists": (
        lambda connection, _: [connection.api.create_tag(MODEL, tag="1") for _ in range(2)],
        HubOutcome.CONFLICT, "the Hub answers 409: Reference refs/tags/1 already exists",
    ),
    "a card that is not accepted": (
        commit(CommitOperationAdd("README.md", b"---\nlicense: MIT\n---\n")),
        HubOutcome.REFUSED, "the Hub answers 400",
    ),
    "a file that is not there": (
        commit(CommitOperationDelete("no")), HubOutcome.MISSING, "the Hub answers 404",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_known(hub: TestHub, case: str, tmp_path: Path) -> None:
    """By the kind of what is done next, with the Hub's sentence."""
    ask, outcome, said = REFUSALS[case]
    connection = connected(hub)
    with pytest.raises(Exception) as failed:  # noqa: PT011 - every refusal has its own
        ask(connection, tmp_path)
    assert outcome == outcome_of(failed.value)
    assert said in sentence_of(failed.value, connection.token)


@pytest.mark.parametrize(
    ("fault", "options", "outcome"),
    [
        ("error-before", {"status": 400}, HubOutcome.REFUSED),
        ("error-before", {"status": 403}, HubOutcome.DENIED),
        ("rate-limit", {"seconds": 1000.0}, HubOutcome.NOT_DONE),
    ],
)
def test_an_upload_that_fails_is_known_by_its_cause(
    hub: TestHub, fault: str, options: dict[str, float], outcome: HubOutcome
) -> None:
    """The client raises a bare error for it."""
    hub.fault("lfs-upload", 1, fault, times=0, **options)  # type: ignore[arg-type]  # the table's rows
    with pytest.raises(RuntimeError, match="uploading") as failed:
        commit(weights())(connected(hub), Path())
    assert outcome == outcome_of(failed.value)
    assert [] == hub.calls("commit")


def test_what_nobody_can_tell_is_unknown() -> None:
    """Then what there is must be read again."""
    assert HubOutcome.UNKNOWN == outcome_of(RuntimeError("?"))
    assert HubOutcome.UNKNOWN == outcome_of(ExternalError("?"))
    assert "RuntimeError" == sentence_of(RuntimeError("?"), None)
    assert "said" == sentence_of(ExternalError("said"), None)


def test_nobody_listens(tmp_path: Path) -> None:
    """Nothing was sent, so that a commit is tried again too; then it is not done."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    waited: list[float] = []
    policy = WirePolicy(sleep=waited.append)
    url = f"http://127.0.0.1:{port}"
    connection = HubConnection("x", endpoint=url, token=None, policy=policy)
    for ask in (
        lambda: connection.api.repo_info(MODEL),
        lambda: connection.api.create_tag(MODEL, tag="1"),
        lambda: connection.api.hf_hub_download(MODEL, "a", local_dir=tmp_path),
    ):
        waited.clear()
        with pytest.raises(ExternalError, match=r"did not answer .*ConnectError") as away:
            ask()
        assert (HubOutcome.NOT_DONE, [0.5, 2.0, 4.0]) == (outcome_of(away.value), waited)


@pytest.mark.parametrize(
    ("case", "kind", "said"),
    [
        ("no such repository", EvidenceError, "it does not exist"),
        ("a file for some", EvidenceError, "it is only for those who were given access"),
        ("a tag that exists", ExternalError, "it could not be fetched: the Hub answers 409"),
    ],
)
def test_a_reader_gets_one_sentence(
    hub: TestHub, case: str, kind: type[OpenMedError], said: str, tmp_path: Path
) -> None:
    """Of our own errors; what is refused once is not tried again."""
    with pytest.raises(kind, match=said) as failed, answers("it"):
        REFUSALS[case][0](connected(hub), tmp_path)
    assert not getattr(failed.value, "retryable", False)
    with pytest.raises(EvidenceError, match="ours"), answers("it"):
        raise EvidenceError("ours")
