"""A Hub that repeats a token in what it answers: no command shows it, not with `--debug` either."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from support import builders
from support.following import Desk
from support.hub import TestHub
from support.hub_places import (
    HubRepositoryPlace,
    allow,
    publisher_of,
    token_of,
)
from support.leaks.search import find

from openmed.adapters.hub.hub_token import HubToken, redacted

pytest.importorskip("huggingface_hub")

CONTENT = b"first" * 4000
UNREACHABLE = "http://127.0.0.1:9"
FORMS = {
    "plain": "Authorization: Bearer {}",
    "an address": "see https://x.example/a?token={}&b=1",
    "cut off": "who is {:.25}",
    "percent": "{percent}",
    "base64": "Basic {base64}",
}
ANSWERS = {
    "refused": ("forbidden", "commits", "percent", token_of),
    "unknown token": ("unauthorized", "commit", "base64", token_of),
    "no answer": ("error-before", "commit", "cut off", publisher_of),
    "redirect": ("redirect", "commits", "plain", token_of),
    "redirect of bytes": ("redirect", "resolve", "percent", publisher_of),
    "bytes": ("error-before", "cdn", "an address", publisher_of),
}
"""What happens, to which question each time it is asked, in which form it repeats whose token."""


def _said(form: str, secret: str) -> str:
    encoded = b64encode(f"user:{secret}".encode()).decode()
    percent = "".join(f"%{ord(letter):02X}" for letter in secret)
    return form.format(secret, percent=percent, base64=encoded)


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_command_shows_what_it_repeats(
    answer: str, hub: TestHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All that it puts out is searched when the test has ended, in every form that it may have."""
    kind, route, form, make = ANSWERS[answer]
    made = allow(monkeypatch, make(hub))
    (secret,) = made.environ.values()
    place = HubRepositoryPlace(tmp_path / "r")
    place.flip(CONTENT)
    told = _said(FORMS[form], secret)
    said = f"{UNREACHABLE}/{quote(told)}?{quote(told)}" if kind == "redirect" else told
    hub.fault(route, 1, kind, times=0, said=said, seconds=0)
    desk = Desk(place.place.root, place.place.root / "me", now=builders.NOW)
    done = desk.openmed("--debug", "publish")
    assert done.text
    assert not find(secret, done.text.encode())


SECRETS = {
    "of a person": "hf_" + sha256(b"1").hexdigest()[:34],
    "of a job": "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCJ9."
    + b64encode(b'{"iss": "ci"}' * 9).decode(),
    "of nobody": "opaque-" + sha256(b"2").hexdigest(),
}


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("whose", SECRETS)
def test_every_form_is_hidden(whose: str, form: str, *, is_known: bool) -> None:
    """Of a token that this process has, and of one that it knows nothing of."""
    secret = SECRETS[whose]
    said = redacted(_said(FORMS[form], secret), HubToken(secret) if is_known else None)
    assert not find(secret, said.encode())


@pytest.mark.parametrize(
    "said",
    ["Repository not found", "org/tiny-staging is private", "Invalid credentials in Authorization"],
)
def test_what_is_said_in_words_is_shown(said: str) -> None:
    """A reason that nobody can read helps nobody."""
    assert redacted(said) == said
