"""Advice about what consumers rely on: done as printed, it is good again."""

import json
from pathlib import Path

import pytest
from support import builders
from support.following import Desk, follow
from support.places import Place


def test_a_head_that_expired_is_signed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five days after the last commit `verify` says so, and what helps."""
    root = tmp_path / "r"
    monkeypatch.setenv("HOME", str(root / "me"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    place = Place(root)
    place.release(b"first")
    place.regenerate()
    desk = Desk(root, root / "me", now="2026-11-29T12:00:00Z")
    said = desk.openmed("release", "verify")
    assert "expired at 2026-11-28T12:00:00Z" in said.text
    follow(desk, said, "openmed release sign-head")
    assert "gates/head.json" not in desk.openmed("release", "verify").text


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ("2026-11-29T12:00:00Z", "signed 120 hours ago for 2026.11.24-1, expired 24 hours ago"),
        ("2026-11-28T00:00:00Z", "signed 84 hours ago for 2026.11.24-1, good for 12 hours more"),
        ("", "signed 0 hours ago for 2026.11.24-1, 1 ledger entry behind"),
        ("missing", "gates/head.json is missing: nobody vouches for what is served"),
    ],
)
@pytest.mark.parametrize("words", [("release", "status"), ("doctor", "--json")])
def test_a_head_that_must_be_signed_is_said(
    words: tuple[str, ...], now: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By status and by doctor; signed, both have nothing to say of it but how long it is good."""
    root = tmp_path / "r"
    monkeypatch.setenv("HOME", str(root / "me"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    place = Place(root)
    place.release(b"first")
    place.regenerate()
    if not now:
        place.release(b"second")
    if now == "missing":
        (root / "gates" / "head.json").unlink()
    place.write_queue()
    desk = Desk(root, root / "me", now=now if now.startswith("2") else builders.NOW)
    said = desk.openmed(*words)
    assert says in said.text
    follow(desk, said, "openmed release sign-head")
    again = desk.openmed(*words).text
    assert says not in again
    assert "sign-head" not in again
    assert ("good for 96 hours more" in again) is (words[0] == "doctor")


def test_a_head_that_counts_for_nobody_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Doctor looks at its signature."""
    root = tmp_path / "r"
    monkeypatch.setenv("HOME", str(root / "me"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    place = Place(root)
    place.release(b"first")
    place.regenerate()
    path = root / "gates" / "head.json"
    path.write_bytes(path.read_bytes().replace(b'"sig":"', b'"sig":"AA'))
    desk = Desk(root, root / "me", now=builders.NOW)
    (row,) = [
        one for one in json.loads(desk.doctor().text)["data"]["checks"] if one["name"] == "head"
    ]
    assert (row["health"], row["fix"]) == ("broken", "openmed release sign-head")
