"""What is asked of the Hub is bounded, repeated only when safe, counted, and shows no token."""

import copy
import itertools
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.hub import TestHub
from support.repositories import ROOT

from openmed.adapters.hub.connection import (
    HubConnection,
    connect,
    endpoint_of_environment,
)
from openmed.adapters.hub.hub_client import answers
from openmed.adapters.hub.hub_token import HubToken, redacted
from openmed.adapters.hub.wire_policy import WirePolicy, is_repeatable, limit_wait
from openmed.cli.main import run
from openmed.errors import EvidenceError, ExternalError, OpenMedError, UsageError
from openmed.exit_codes import ExitCode

pytest.importorskip("huggingface_hub")
import httpx2
from huggingface_hub import CommitOperationAdd
from huggingface_hub.errors import HfHubHTTPError

from openmed.adapters.hub.outcomes import HubOutcome, outcome_of, sentence_of

MODEL, PRIVATE = "org/model", "org/private"
WEIGHTS = bytes(range(256)) * 40
_NUMBERS = itertools.count()


@dataclass
class Waits:
    """A clock that only waiting moves, and what was waited."""

    now: float = 0.0
    all: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.all.append(seconds)
        self.now += seconds


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """A Hub with a public and a private model."""
    with TestHub() as hub:
        hub.repository(MODEL, files={"model.onnx": WEIGHTS, "a.txt": b"small\n"})
        hub.repository(PRIVATE, files={"model.onnx": WEIGHTS}, private=True)
        yield hub


@pytest.fixture
def waits() -> Waits:
    """Nothing yet."""
    return Waits()


def connected(hub: TestHub, waits: Waits | None = None, **bounds: Any) -> HubConnection:  # noqa: ANN401 - a policy's
    """With a token that may do everything; waiting takes no time."""
    policy = WirePolicy(sleep=(waits or Waits()).sleep, **bounds)
    token = HubToken(hub.token("planted", admin=True))
    return HubConnection("pii::tiny::onnx", endpoint=hub.url, token=token, policy=policy)


def commit(connection: HubConnection) -> str:
    """One small file that is not there yet, on the present head."""
    data = b"%d" % next(_NUMBERS)
    return connection.api.create_commit(
        MODEL, [CommitOperationAdd("new.txt", data)], commit_message="Ours"
    ).oid


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/models/o/m", True),
        ("HEAD", "/o/m/resolve/main/a", True),
        ("PUT", "/api/models/o/m/settings", True),
        ("POST", "/api/models/o/m/preupload/main", True),
        ("POST", "/api/models/o/m/paths-info/main", True),
        ("POST", "/o/m.git/info/lfs/objects/batch", True),
        ("POST", "/o/m.git/info/lfs/verify", True),
        ("POST", "/api/models/o/m/lfs-files/duplicate", True),
        ("POST", "/api/validate-yaml", True),
        ("POST", "/api/models/o/m/commit/main", False),
        ("POST", "/api/models/o/m/commit/preupload", False),
        ("POST", "/api/models/o/m/tag/main", False),
        ("POST", "/api/models/o/m/branch/x", False),
        ("POST", "/api/repos/create", False),
        ("POST", "/oauth/token", False),
        ("DELETE", "/api/models/o/m/tag/1", False),
    ],
)
def test_what_may_be_sent_twice(method: str, path: str, *, expected: bool) -> None:
    """Questions, and what is the same the second time; never what makes or removes a name."""
    assert expected is is_repeatable(method, path)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"ratelimit": '"api";r=0;t=42'}, 42.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "ratelimit": '"api"; r=0; t=9'}, 9.0),
        ({"retry-after": "-1"}, None),
        ({}, None),
    ],
)
def test_how_long_a_limit_lasts(headers: dict[str, str], expected: float | None) -> None:
    """As either header says."""
    assert expected == limit_wait(headers)


@pytest.mark.parametrize("kind", ["error-before", "drop-before", "error-after", "drop-after"])
def test_a_question_is_asked_again(hub: TestHub, waits: Waits, kind: str) -> None:
    """As often as there are pauses."""
    hub.fault("info", 1, kind, times=3)
    connection = connected(hub, waits)
    assert connection.api.repo_info(MODEL).sha == hub.repository(MODEL).head
    assert ([0.5, 2.0, 4.0], 4, 3) == (
        waits.all, len(hub.calls("info")), connection.calls.repeated
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["error-before", "drop-before"])
@pytest.mark.parametrize("route", ["info", "tree", "commits", "resolve"])
def test_a_hub_that_does_not_answer_is_asked_four_times(
    hub: TestHub, waits: Waits, kind: str, route: str, tmp_path: Path
) -> None:
    """Not more, though the client would repeat some of these itself; it may be tried later."""
    hub.fault(route, 1, kind, times=0)
    api = connected(hub, waits).api
    ask: dict[str, Callable[[], object]] = {
        "info": lambda: api.repo_info(MODEL),
        "tree": lambda: list(api.list_repo_tree(MODEL)),
        "commits": lambda: list(api.list_repo_commits(MODEL)),
        "resolve": lambda: api.hf_hub_download(MODEL, "a.txt", local_dir=tmp_path),
    }
    with pytest.raises(ExternalError, match="did not answer") as away:
        ask[route]()
    assert (True, 4) == (away.value.retryable, len(hub.calls(route)))
    assert HubOutcome.NOT_DONE == outcome_of(away.value)


WRITES = {
    "error-before": (1, HubOutcome.UNKNOWN, 0),
    "error-after": (1, HubOutcome.UNKNOWN, 1),
    "drop-before": (1, HubOutcome.UNKNOWN, 0),
    "drop-after": (1, HubOutcome.UNKNOWN, 1),
    "stall": (1, HubOutcome.UNKNOWN, 1),
    "conflict": (1, HubOutcome.CONFLICT, 0),
    "unauthorized": (1, HubOutcome.DENIED, 0),
    "forbidden": (1, HubOutcome.DENIED, 0),
    "rate-limit": (4, HubOutcome.NOT_DONE, 0),
}
"""By fault that never ends: requests, what is known of the commit, commits that were made."""


@pytest.mark.parametrize("kind", WRITES)
def test_a_commit_is_never_sent_twice_blindly(hub: TestHub, kind: str) -> None:
    """Only a limit says that nothing was done."""
    hub.fault("commit", 1, kind, times=0)
    with pytest.raises((HfHubHTTPError, httpx2.TransportError, OpenMedError)) as failed:
        commit(connected(hub, read=0.2))
    made = [one for one in hub.repository(MODEL).commits() if one.title == "Ours"]
    assert WRITES[kind] == (len(hub.calls("commit")), outcome_of(failed.value), len(made))


def test_a_limit_is_waited_for(hub: TestHub, waits: Waits) -> None:
    """Also by a commit: nothing was done."""
    hub.fault("commit", 1, "rate-limit", seconds=40)
    connection = connected(hub, waits)
    commit(connection)
    assert ([40.0], 40.0) == (waits.all, connection.calls.waited)


def test_an_overloaded_hub_is_waited_for_as_it_says(hub: TestHub, waits: Waits) -> None:
    """In place of our own pauses, within the same bound."""
    hub.fault("info", 1, "error-before", seconds=20, times=2)
    connection = connected(hub, waits)
    connection.api.repo_info(MODEL)
    assert ([20.0, 20.0], 40.0) == (waits.all, connection.calls.waited)
    hub.fault("info", 1, "error-before", seconds=1000)
    with pytest.raises(ExternalError, match="asks to wait 1000 s"):
        connection.api.repo_info(MODEL)


def test_a_limit_is_waited_for_within_a_bound(hub: TestHub, waits: Waits) -> None:
    """Of everything a connection waits, and the sentence says both."""
    hub.fault("info", 1, "rate-limit", seconds=40, times=0)
    connection = connected(hub, waits, longest_wait=60.0)
    with pytest.raises(ExternalError, match="asks to wait 40 s; 40 s were waited, at most 60 s"):
        connection.api.repo_info(MODEL)
    assert [40.0] == waits.all


def test_every_timeout_is_capped(hub: TestHub) -> None:
    """Those of calls for which the client has none, and a longer one."""
    hub.fault("*", 1, "stall", seconds=30, times=0)
    api = connected(hub, read=0.05, pauses=()).api
    for ask in (
        lambda: api.repo_info(MODEL),
        lambda: api.repo_info(MODEL, timeout=1000),
        lambda: list(api.list_repo_tree(MODEL)),
        lambda: api.list_repo_commits(MODEL),
        lambda: api.list_repo_refs(MODEL),
    ):
        with pytest.raises(ExternalError, match="ReadTimeout"):
            ask()


def test_an_answer_that_drips_ends(hub: TestHub) -> None:
    """Though each piece comes in time: a clock that runs fast stands for a slow Hub."""
    ticks = iter(range(0, 10**6, 100))
    policy = WirePolicy(clock=lambda: next(ticks), whole=50.0, pauses=())
    connection = HubConnection("x", endpoint=hub.url, token=None, policy=policy)
    with pytest.raises(ExternalError, match="ReadTimeout"):
        connection.api.repo_info(MODEL)
    assert policy.allowed(64 * 1024 * 60) == 110.0


def test_calls_are_counted_by_connection(hub: TestHub, tmp_path: Path) -> None:
    """Also those of the client's threads; those to the CDN apart; two do not mix."""
    one, other = connected(hub), connected(hub)
    one.api.snapshot_download(MODEL, local_dir=tmp_path, cache_dir=tmp_path)
    other.api.repo_info(MODEL)
    asked = [request for request in hub.requests if request.listener == "hub"]
    assert (len(asked) - 1, len(hub.calls("cdn"))) == (one.calls.total, one.calls.elsewhere)
    assert (1, {"GET": 1}) == (other.calls.total, dict(other.calls.by_method))
    assert not [request for request in hub.requests if "x-openmed-connection" in request.headers]


def test_a_token_goes_to_its_hub_only(hub: TestHub, tmp_path: Path) -> None:
    """Not where a redirect leads, also when that is another Hub that the client trusts."""
    connection = connected(hub)
    connection.api.hf_hub_download(PRIVATE, "model.onnx", local_dir=tmp_path, cache_dir=tmp_path)
    assert 1 == len(hub.calls("cdn"))
    with TestHub() as elsewhere:
        elsewhere.repository(MODEL)
        url = f"{elsewhere.url}/api/models/{MODEL}"
        from huggingface_hub import get_session  # noqa: PLC0415 - the fixture made it ready

        headers = {**connection.headers, "authorization": "Bearer hf_plantedplanted"}
        get_session().get(url, headers=headers)
        requests = [*hub.calls("cdn"), *elsewhere.requests]
    assert [False, False] == ["authorization" in one.headers for one in requests]


def test_a_redirect_elsewhere_carries_no_token(hub: TestHub, tmp_path: Path) -> None:
    """Whatever is asked, and whoever listens there."""
    api = connected(hub).api
    with TestHub() as other:
        other.repository(MODEL, files={"a.txt": b"small\n"})
        hub.fault("*", 1, "redirect", said=other.url, times=0)
        api.repo_info(MODEL)
        list(api.list_repo_tree(MODEL))
        api.get_paths_info(MODEL, ["a.txt"])
        with pytest.raises((HfHubHTTPError, EvidenceError)):
            api.create_tag(MODEL, tag="1")
        with pytest.raises(FileNotFoundError, match="X-Repo-Commit"):
            api.hf_hub_download(MODEL, "a.txt", local_dir=tmp_path)
        assert 4 <= len(other.requests)
        assert [] == [one for one in other.requests if "authorization" in one.headers]


def test_no_command_shows_the_token(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Though the Hub repeats it in its answers, though frames are asked for."""
    token = hub.token("planted", admin=True)
    (tmp_path / "gates").mkdir()
    for name in ("suites.toml", "suites"):
        (tmp_path / "gates" / name).symlink_to(ROOT / "gates" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("HF_TOKEN", token)
    source = f"hf:{MODEL}@{hub.repository(MODEL).head}"
    said = f"the token {token} sent as Authorization: Bearer {token} is not valid"
    shown = []
    for status in (400, 403):
        hub.reset()
        hub.fault("tree", 1, "error-before", status=status, times=0, said=said)
        code = run(["benchmark", "run", "--model", source, "--suite", "smoke", "--debug"])
        assert code not in {0, ExitCode.INTERNAL}
        assert {"planted"} == {one.token for one in hub.requests}
        shown.append("".join(capfd.readouterr()))
    assert "the Hub answers 400: the token *** sent as Authorization: ***" in shown[0]
    assert [] == [text for text in shown if token in text]


def test_a_connection_without_a_token_sends_none(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the machine has: this is what the public sees."""
    monkeypatch.setenv("HF_TOKEN", hub.token("of the machine", admin=True))
    connection = HubConnection("x", endpoint=hub.url, token=None)
    with pytest.raises(EvidenceError), answers("org/private"):
        connection.api.repo_info(PRIVATE)
    assert {""} == {one.token for one in hub.requests}


@pytest.mark.parametrize("secret", ["", "hf_a b", "hf_a\nX-Header: 1", "hf_ü", "hf_a\0"])
def test_what_is_no_token_is_not_sent(secret: str) -> None:
    """Nor shown: who refuses a header quotes it."""
    with pytest.raises(UsageError, match="is empty or holds") as refused:
        HubToken(secret)
    assert not secret or secret not in refused.value.diagnostics()


def test_an_exchange_that_fails_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's own, which a variable of the machine asks for."""
    monkeypatch.setenv("HF_OIDC_RESOURCE", "org/model")
    monkeypatch.delenv("HF_OIDC_ID_TOKEN", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    with pytest.raises(ExternalError, match="the token for the Hub could not be fetched"):
        connect("pii::tiny::onnx")


def test_the_endpoint_is_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read when it is asked for."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1/")
    assert endpoint_of_environment() == "http://127.0.0.1:1"
    monkeypatch.delenv("HF_ENDPOINT")
    assert endpoint_of_environment() == "https://huggingface.co"


def test_a_token_is_in_no_text() -> None:
    """However it is written; it cannot be copied to a file."""
    secret = "hf_" + "planted" * 4
    token = HubToken(secret)
    connection = HubConnection("x", endpoint="http://127.0.0.1:1", token=token)
    texts = [
        repr(token), str(token), format(token, ">20"), f"{token}", f"{[token]}", f"{connection!r}",
        json.dumps({"token": str(token)}), f"{vars(connection)}",
    ]  # fmt: skip
    assert [] == [text for text in texts if secret in text]
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not written down"):
            write(token)


@pytest.mark.parametrize(
    "said",
    [
        "token {} is not valid",
        "Authorization: Bearer {}",
        "bearer {}!",
        "see http://127.0.0.1:1/x?token={}&a=b",
    ],
)
def test_what_the_hub_says_is_redacted(said: str) -> None:
    """Tokens of any kind, and the queries of addresses, which may be signed."""
    for secret in ("hf_abcdefghijkl", "hf_jwt_eyJ.abc.def", "opaque"):
        token = HubToken(secret)
        assert secret not in redacted(said.format(secret), token)


def test_no_failure_shows_the_token(hub: TestHub, caplog: pytest.LogCaptureFixture) -> None:
    """In its sentence, its chain, or the client's log, for any fault."""
    caplog.set_level(logging.DEBUG)
    connection = connected(hub, read=0.1)
    assert connection.token is not None
    secret = connection.token.reveal()
    shown = []
    for kind in (*WRITES, "truncate"):
        hub.reset()
        hub.fault("commit", 1, kind, times=0, seconds=1)
        with pytest.raises(Exception) as failed:  # noqa: PT011 - every fault has its own
            commit(connection)
        shown += traceback.format_exception(failed.value)
        shown.append(sentence_of(failed.value, connection.token))
        with pytest.raises(OpenMedError) as ours, answers("org/model"):
            raise failed.value
        shown += [*traceback.format_exception(ours.value), ours.value.diagnostics()]
    assert len(shown) > 10
    assert [] == [text for text in (*shown, caplog.text) if secret in text]
