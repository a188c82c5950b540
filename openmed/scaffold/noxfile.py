"""What CI runs; the same lines work on a desk, e.g. nox -s plan, nox -s flip.

The engine is the one that requirements/engine.txt pins; everything it needs is pinned by hash.
"""

import os
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
ENGINE = Path("requirements", "engine.txt")


def _install(session: nox.Session) -> None:
    if session.venv_backend == "none":
        return
    lines = ENGINE.read_text(encoding="utf-8").splitlines()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        session.error(f"no engine: {ENGINE} says how to pin one")
    session.install("--require-hashes", "-r", "requirements/release.txt")
    session.install("--no-deps", "--no-build-isolation", "-r", str(ENGINE))


def _openmed(session: nox.Session, *arguments: str) -> None:
    _install(session)
    session.run("openmed", *arguments, interrupt_timeout=None, terminate_timeout=None)


def _shards() -> tuple[str, ...]:
    """In CI only what the parts brought counts; on a desk, what was measured there."""
    count = os.environ.get("OPENMED_SHARDS", "")
    return ("--shards", count) if count else ()


@nox.session(default=False)
def gates(session: nox.Session) -> None:
    """CI: stage and measure one part of the fleet; needs no key."""
    _openmed(session, "release", "gate", "--shard", os.environ.get("OPENMED_SHARD", "1/1"))


@nox.session(default=False)
def plan(session: nox.Session) -> None:
    """CI: what a release would do, and the parts of the fleet that have something to do."""
    _openmed(session, "release", "plan", "--shards", os.environ.get("OPENMED_SHARDS", "8"))


@nox.session(default=False)
def plan_summary(session: nox.Session) -> None:
    """CI: what a pull request would change, for the page of the job; needs no key."""
    base = os.environ.get("OPENMED_BASE", "HEAD")
    for command in (("release", "plan"), ("benchmark", "compare")):
        _openmed(session, *command, "--md", "--base", base)


@nox.session(default=False)
def fresh(session: nox.Session) -> None:
    """CI: measure on generated suites, where the suite secret is; needs no key."""
    _openmed(session, "release", "gate", "--generated", *_shards())


@nox.session(default=False)
def recheck(session: nox.Session) -> None:
    """CI: run a sample of what the parts predicted again, on a machine of its own; needs no key."""
    _openmed(session, "release", "recheck", *_shards())


@nox.session(default=False)
def flip(session: nox.Session) -> None:
    """CI: judge, sign and flip what the parts measured; runs no candidate."""
    _openmed(session, "release", "flip", "--shared-only", *_shards())


@nox.session(default=False)
def report(session: nox.Session) -> None:
    """CI: write the summary of a run."""
    _openmed(session, "release", "report")


@nox.session(default=False)
def pages(session: nox.Session) -> None:
    """CI: write every page from the shared state."""
    _openmed(session, "release", "regenerate")


@nox.session(default=False)
def nightly(session: nox.Session) -> None:
    """CI: measure what is live again; needs no key."""
    _openmed(session, "monitor", "nightly")


@nox.session(default=False)
def monitor(session: nox.Session) -> None:
    """CI: look whether what is live is served, whole, fresh and runs; needs no key."""
    _openmed(session, "monitor", "status")


@nox.session(default=False)
def react(session: nox.Session) -> None:
    """CI: undo what got worse: by the event in OPENMED_EVENT, else by all in artifacts/events."""
    event, place = os.environ.get("OPENMED_EVENT"), Path("artifacts", "event.json")
    if event is not None:
        place.parent.mkdir(exist_ok=True)
        place.write_text(event, encoding="utf-8")
    _openmed(session, "release", "react", "--all" if event is None else str(place))


@nox.session(default=False)
def rollback(session: nox.Session) -> None:
    """CI: put the fleet back as it stood at OPENMED_TAG, or OPENMED_FAMILY of it."""
    tag, family = os.environ.get("OPENMED_TAG", ""), os.environ.get("OPENMED_FAMILY", "")
    _openmed(session, "release", "rollback", "--all-slots", f"--to={tag}", "--", family)


@nox.session(default=False)
def drill(session: nox.Session) -> None:
    """CI: plant a regression in a scratch copy and measure how long it takes to be undone."""
    _openmed(session, "release", "drill")


@nox.session(default=False)
def notify(session: nox.Session) -> None:
    """CI: deliver the messages of the outbox."""
    _openmed(session, "notify")
