"""The engine that CI of a new repository installs: pinned, or refused."""

from pathlib import Path

import pytest

from openmed.app.engine_pin import FILE, pin_engine
from openmed.app.scaffold import begin
from openmed.context import open_context
from openmed.domain.digest import sha256_hex
from openmed.errors import UsageError

WHEEL = b"PK\x03\x04 a wheel"
NAME = "openmed_release-0.1.0-py3-none-any.whl"
COMMIT = "git+https://example.org/team/engine@" + "a1" * 20


def test_a_wheel_is_brought_along_and_pinned_by_its_hash() -> None:
    """The line is the one that pip checks."""
    pin = pin_engine(f"dist/{NAME}", name=NAME, wheel=WHEEL)
    assert pin.requirement == f"./engine/{NAME} --hash=sha256:{sha256_hex(WHEEL)}"
    assert pin.files == {f"engine/{NAME}": WHEEL, FILE: f"{pin.requirement}\n".encode()}


def test_a_commit_is_named_whole() -> None:
    """All of its digits: it is the digest of what is installed."""
    pin = pin_engine(COMMIT, name="x", wheel=None)
    assert pin.files == {FILE: f"openmed-release @ {COMMIT}\n".encode()}


@pytest.mark.parametrize(
    "reference",
    [
        "openmed-release", "openmed-release==0.1.0", COMMIT[:-1], COMMIT[:-40] + "main",
        "git+http://example.org/e@" + "a1" * 20, f"{COMMIT}\n--index-url=http://x", "",
        f"{COMMIT} --index-url=http://x", "-r other.txt",
    ],
)  # fmt: skip
def test_nothing_else_is_an_engine(reference: str) -> None:
    """A name of an index, a branch, an open line, options of pip."""
    with pytest.raises(UsageError, match="neither a file here nor a commit"):
        pin_engine(reference, name=reference, wheel=None)


@pytest.mark.parametrize(
    ("name", "wheel"),
    [("other-0.1.0-py3-none-any.whl", WHEEL), (NAME, b"text"), (f"{NAME} --pre", WHEEL)],
)
def test_another_file_is_no_engine(name: str, wheel: bytes) -> None:
    """Neither by its name nor by its content."""
    with pytest.raises(UsageError, match="no wheel of openmed-release"):
        pin_engine(name, name=name, wheel=wheel)


def test_a_new_repository_has_it(tmp_path: Path) -> None:
    """Beside requirements by hash; without one, the file says what is missing."""
    pin = pin_engine(f"dist/{NAME}", name=NAME, wheel=WHEEL)
    written = begin(
        open_context(tmp_path / "r", quiet=True), folder="r", is_on_github=True, engine=pin
    )
    assert {f"engine/{NAME}", FILE, "requirements/release.txt"} <= set(written)
    assert (tmp_path / "r" / FILE).read_text() == f"{pin.requirement}\n"
    assert "--hash=sha256:" in (tmp_path / "r" / "requirements/release.txt").read_text()
