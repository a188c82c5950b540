"""What CI runs; the same lines work on a desk: nox -s plan, gates, fresh, recheck, flip, report."""

import os

import nox

nox.options.default_venv_backend = "uv|virtualenv"
PACKAGE = "openmed-release[onnx,recipes]"


def _shards() -> tuple[str, ...]:
    """In CI only what the parts brought counts; on a desk, what was measured there."""
    count = os.environ.get("OPENMED_SHARDS", "")
    return ("--shards", count) if count else ()


def _openmed(session: nox.Session, *arguments: str) -> None:
    if session.venv_backend != "none":
        session.install(PACKAGE)
    session.run("openmed", *arguments, interrupt_timeout=None, terminate_timeout=None)


@nox.session
def plan(session: nox.Session) -> None:
    """What a release would do, and the parts of the fleet for a matrix."""
    _openmed(session, "release", "plan", "--shards", os.environ.get("OPENMED_SHARDS", "8"))


@nox.session
def gates(session: nox.Session) -> None:
    """Stage and measure one part of the fleet; needs no key."""
    _openmed(session, "release", "gate", "--shard", os.environ.get("OPENMED_SHARD", "1/1"))


@nox.session
def fresh(session: nox.Session) -> None:
    """Measure on generated suites, where the suite secret is; needs no key."""
    _openmed(session, "release", "gate", "--generated", *_shards())


@nox.session
def recheck(session: nox.Session) -> None:
    """Run a sample of what the parts predicted again, on a machine of its own; needs no key."""
    _openmed(session, "release", "recheck", *_shards())


@nox.session
def flip(session: nox.Session) -> None:
    """Judge, sign and flip what the parts measured; runs no candidate."""
    _openmed(session, "release", "flip", "--shared-only", *_shards())


@nox.session
def report(session: nox.Session) -> None:
    """Tell what the run came to."""
    _openmed(session, "release", "report")
