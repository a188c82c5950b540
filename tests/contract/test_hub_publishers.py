"""Trusted publishers of the Hub on loopback: an id token for a token of one repository."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.hub import TestHub

from openmed.adapters.hub.connection import HubConnection
from openmed.adapters.hub.publisher_token import ID_TOKEN, publisher_token
from openmed.errors import ExternalError, UsageError

pytest.importorskip("huggingface_hub")
from huggingface_hub import CommitOperationAdd
from huggingface_hub.errors import HfHubHTTPError

MODEL, OTHER, STAGING = "org/model", "org/other", "org/staging"


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """A Hub where one repository has a publisher."""
    with TestHub() as hub:
        hub.repository(MODEL)
        hub.repository(OTHER)
        hub.repository(STAGING, private=True)
        hub.publisher(MODEL)
        yield hub


@pytest.fixture
def connection(hub: TestHub, monkeypatch: pytest.MonkeyPatch) -> HubConnection:
    """To it, without a token, from a job that has an id token."""
    monkeypatch.setenv(ID_TOKEN, hub.identity())
    return HubConnection("pii::tiny::onnx", endpoint=hub.url, token=None)


def test_a_token_writes_its_repository_alone(hub: TestHub, connection: HubConnection) -> None:
    """For an hour; it reads nothing private."""
    api = hub.api(publisher_token(MODEL, connection).reveal())

    def commit(name: str) -> int:
        try:
            api.create_commit(name, [CommitOperationAdd("a", b"1")], commit_message="x")
        except HfHubHTTPError as error:
            return error.response.status_code
        return 200

    assert [200, 403, 404] == [commit(name) for name in (MODEL, OTHER, STAGING)]
    hub.advance(3600)
    assert 401 == commit(MODEL)
    assert 1 == connection.calls.total


@pytest.mark.parametrize(
    ("identity", "fault"),
    [
        (
            {"subject": "repo:org/fork:ref:refs/heads/main"},
            "sub does not match the trusted publisher",
        ),
        ({"issuer": "https://token.actions.githubusercontent.com/"}, "iss does not match"),
        ({"audience": "https://elsewhere.example"}, "aud does not match"),
        ({"lifetime": 0.0}, "the id token has expired"),
    ],
)
def test_an_id_token_of_another_gives_none(
    hub: TestHub, connection: HubConnection, monkeypatch: pytest.MonkeyPatch,
    identity: dict[str, Any], fault: str,
) -> None:  # fmt: skip
    """Each claim must be the configured one."""
    monkeypatch.setenv(ID_TOKEN, hub.identity(**identity))
    with pytest.raises(UsageError, match="no token for org/model") as refused:
        publisher_token(MODEL, connection)
    assert f"the Hub answers 400: invalid_grant: {fault}" in refused.value.message


def test_an_edited_id_token_gives_none(
    hub: TestHub, connection: HubConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one for a repository without a publisher, nor none at all; none is shown."""
    edited = hub.identity()[:-2] + "xx"
    monkeypatch.setenv(ID_TOKEN, edited)
    with pytest.raises(UsageError) as refused:
        publisher_token(MODEL, connection)
    assert edited not in refused.value.diagnostics()
    monkeypatch.setenv(ID_TOKEN, hub.identity())
    with pytest.raises(UsageError, match="org/other"):
        publisher_token(OTHER, connection)
    monkeypatch.delenv(ID_TOKEN)
    with pytest.raises(UsageError, match="has no id token"):
        publisher_token(MODEL, connection)


def test_a_job_of_github_actions_mints_its_own(
    hub: TestHub, connection: HubConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For this Hub as its audience."""
    monkeypatch.delenv(ID_TOKEN)
    for name, value in hub.job().items():
        monkeypatch.setenv(name, value)
    assert publisher_token(MODEL, connection).reveal().startswith("hf_jwt_")
    assert ["id-token", "oauth-token"] == [one.route for one in hub.requests]


def test_a_hub_that_is_away_is_no_refusal(hub: TestHub, connection: HubConnection) -> None:
    """It may be tried again."""
    hub.fault("oauth-token", 1, "error-before")
    with pytest.raises(ExternalError, match="503") as away:
        publisher_token(MODEL, connection)
    assert away.value.retryable
