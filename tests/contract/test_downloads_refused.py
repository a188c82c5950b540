"""What no trusted key vouches for now is refused, by `fetch` and by the one-file verifier.

Both are asked about every mutant: one set of cases, so that the second implementation cannot drift.
"""

from pathlib import Path

import pytest
from support.places import SLOT
from support.served import (
    LATE,
    SOON,
    Asked,
    Served,
    by_fetch,
    by_verifier,
    mutants,
    repository_mutants,
)

from openmed.exit_codes import ExitCode


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """What a publisher serves; each test puts back what it changed."""
    return Served(tmp_path_factory.mktemp("served"))


def _asked(served: Served, place: Path) -> Asked:
    return Asked(source=str(served.root), key=served.key, state=place / "state")


def _both(asked: Asked, place: Path) -> tuple[int, int]:
    return by_fetch(asked, place / "to"), by_verifier(asked)


def test_what_was_published_is_accepted(served: Served, tmp_path: Path) -> None:
    """Or the tests below prove nothing; the bytes are those of the second release."""
    assert (0, 0) == _both(_asked(served, tmp_path), tmp_path)
    assert b"second" == (tmp_path / "to/model.onnx").read_bytes()


def test_what_one_slot_serves_is_accepted(served: Served, tmp_path: Path) -> None:
    """With its card and its word."""
    asked = _asked(served, tmp_path)._replace(source=str(served.repository), gates=str(served.root))
    assert (0, 0) == _both(asked, tmp_path)
    assert (tmp_path / "to/README.md").is_file()


def test_no_mutant_is_accepted(served: Served, tmp_path: Path) -> None:
    """Of what a release repository serves: hundreds, none by either."""
    asked = _asked(served, tmp_path)
    told = dict[str, tuple[int, int]]()
    for number, mutant in enumerate(mutants(served)):
        one = asked._replace(state=tmp_path / str(number))
        with served.spoilt(served.root, mutant.files):
            told[mutant.name] = by_fetch(one, tmp_path / f"{number}-to"), by_verifier(one)
    print(f"\nmutants of a release repository: {len(told)}")  # noqa: T201 - a measured number
    assert {name: codes for name, codes in told.items() if codes != (7, 7)} == {}
    assert len(told) >= 200


def test_no_mutant_of_a_repository_is_accepted(served: Served, tmp_path: Path) -> None:
    """Of what one slot's own repository serves: files, card, `release.json`."""
    own = _asked(served, tmp_path)._replace(source=str(served.repository), gates=str(served.root))
    told = dict[str, tuple[int, int]]()
    for number, mutant in enumerate(repository_mutants(served)):
        one = own._replace(state=tmp_path / str(number))
        with served.spoilt(served.repository, mutant.files):
            told[mutant.name] = by_fetch(one, tmp_path / f"{number}-to"), by_verifier(one)
    print(f"\nmutants of a slot's repository: {len(told)}")  # noqa: T201 - a measured number
    assert {name: codes for name, codes in told.items() if codes != (7, 7)} == {}


def test_a_revoked_tag_is_refused(served: Served, tmp_path: Path) -> None:
    """The third release was live once; a rollback revoked it."""
    asked = _asked(served, tmp_path)._replace(release=f"{SLOT}@{served.tags[2]}")
    assert (7, 7) == _both(asked, tmp_path)


def test_an_earlier_release_is_still_to_be_had(served: Served, tmp_path: Path) -> None:
    """The first was replaced, not revoked."""
    asked = _asked(served, tmp_path)._replace(release=f"{SLOT}@{served.tags[0]}")
    assert (0, 0) == _both(asked, tmp_path)
    assert b"first" == (tmp_path / "to/model.onnx").read_bytes()


def test_an_unknown_key_is_refused(served: Served, tmp_path: Path) -> None:
    """Whoever trusts another key gets nothing, also where the source lists that key."""
    served.place.person("stranger")
    asked = _asked(served, tmp_path)._replace(key=served.root / "gates/keys/stranger.pub")
    assert (7, 7) == _both(asked, tmp_path)


def test_an_older_pointer_is_refused_once_a_newer_was_seen(served: Served, tmp_path: Path) -> None:
    """Within its time it is signed and whole: only who saw more knows better."""
    asked = _asked(served, tmp_path)
    with served.spoilt(served.root, served.old):
        assert (0, 0) == _both(asked, tmp_path)
        (tmp_path / "to").rename(tmp_path / "before")
    assert (0, 0) == _both(asked, tmp_path)
    (tmp_path / "to").rename(tmp_path / "after")
    with served.spoilt(served.root, served.old):
        assert (7, 7) == _both(asked, tmp_path)


def test_an_older_pointer_is_refused_after_its_time(served: Served, tmp_path: Path) -> None:
    """Whoever never saw a newer one is safe after 96 hours."""
    with served.spoilt(served.root, served.old):
        for now, code in ((SOON, 0), ("2026-11-28T12:00:00Z", 0), ("2026-11-28T12:00:01Z", 7)):
            asked = _asked(served, tmp_path)._replace(now=now, state=tmp_path / now)
            place = tmp_path / f"at {now}"
            place.mkdir()
            assert (code, code) == _both(asked, place), now


@pytest.mark.parametrize("now", [LATE, "2026-11-26T10:59:59Z"])
def test_a_head_of_another_time_is_refused(now: str, served: Served, tmp_path: Path) -> None:
    """Expired, or more than an hour to come."""
    assert (7, 7) == _both(_asked(served, tmp_path)._replace(now=now), tmp_path)


@pytest.mark.parametrize("release", ["pii::large::onnx", f"{SLOT}@2020.01.01-1"])
def test_what_there_is_not_is_wrong_usage(release: str, served: Served, tmp_path: Path) -> None:
    """Nobody was lied to."""
    asked = _asked(served, tmp_path)._replace(release=release)
    assert (ExitCode.USAGE, ExitCode.USAGE) == _both(asked, tmp_path)


def test_a_folder_is_judged_as_what_is_served(served: Served, tmp_path: Path) -> None:
    """The verifier hashes what lies in a folder, and finds what does not belong there."""
    asked = _asked(served, tmp_path)
    assert 0 == by_fetch(asked, tmp_path / "to")
    assert 0 == by_verifier(asked, tmp_path / "to")
    (tmp_path / "to/model.bin").write_bytes(b"more")
    assert 7 == by_verifier(asked, tmp_path / "to")
