# /// script
# dependencies = ["nox>=2026.8.10"]
# ///
"""The quality sessions: `check_*` never write; `format`, `lock` do; CI runs those marked so."""

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2026.8.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
CHECKS = ("check_format", "check_lint", "check_types", "check_imports", "check_docs")
nox.options.sessions = [*CHECKS, "tests"]

if "PIP_FIND_LINKS" in os.environ:
    # uv does not read pip's configuration.
    os.environ.setdefault("UV_FIND_LINKS", os.environ["PIP_FIND_LINKS"])

WRITERS = (
    "cli_documents environment_document gate_cases gate_numbers_document next_steps_document "
    "report_document schema_documents shipped_files"
)
GENERATORS = (
    *(("python", f"tools/{name}.py") for name in WRITERS.split()),
    ("openmed", "suite", "build", "golden"),
    ("openmed", "suite", "build", "shield-synthetic"),
)
"""What writes committed files; each has `--check`."""


def _install(session: nox.Session, requirements: str) -> None:
    if session.venv_backend == "none":
        return
    session.install("--require-hashes", "-r", f"requirements/{requirements}.txt")
    session.install("--no-build-isolation", "--no-deps", "-e", ".")


def _run(session: nox.Session, *command: str) -> None:
    _install(session, "dev")
    session.run(*command)


def _pytest(session: nox.Session, *arguments: str) -> None:
    _run(session, "python", "-m", "pytest", *arguments)


def _install_oracles(session: nox.Session) -> None:
    """Over the development group: seqeval brings scikit-learn, which nothing else needs."""
    _install(session, "dev")
    if session.venv_backend != "none":
        session.install("--require-hashes", "-r", "requirements/oracles.txt")


@nox.session(tags=["check"])
def check_format(session: nox.Session) -> None:
    """The formatter has nothing to do."""
    _run(session, "ruff", "format", "--check", ".")


@nox.session(tags=["check"])
def check_lint(session: nox.Session) -> None:
    """The linter finds nothing."""
    _run(session, "ruff", "check", ".")


@nox.session(tags=["check"])
def check_types(session: nox.Session) -> None:
    """Types hold, strictly."""
    _run(session, "mypy")


@nox.session(tags=["check"])
def check_imports(session: nox.Session) -> None:
    """Nobody imports what their room may not."""
    _run(session, "lint-imports", "--no-cache")


@nox.session(tags=["check"])
def check_docs(session: nox.Session) -> None:
    """Generated pages, schemas, cases and suites are what the code writes."""
    _install(session, "dev")
    stale = []
    for command in GENERATORS:  # All, so that one run names everything that differs.
        try:
            session.run(*command, "--check")
        except CommandFailed:
            stale.append(" ".join(command))
    if stale:
        session.error(f"not up to date; next: {' && '.join(stale)}")


@nox.session
def tests(session: nox.Session) -> None:
    """Every test; arguments after -- go to pytest."""
    _pytest(session, *(session.posargs or ("tests/", "-q", "-n", "auto", "--dist", "worksteal")))


@nox.session(default=False)
def oracles(session: nox.Session) -> None:
    """The edge cases of scoring, held against nervaluate and seqeval."""
    _install_oracles(session)
    session.run("python", "-m", "pytest", "tests/property/test_other_scorers.py", "-q")


@nox.session(default=False)
def speed(session: nox.Session) -> None:
    """How fast the scorer is beside nervaluate and seqeval; about a minute."""
    _install_oracles(session)
    session.run("python", "benchmarks/scorer.py")


@nox.session(default=False)
def transformers(session: nox.Session) -> None:
    """Tokens, logits and spans beside those of transformers, 2,000 texts a family; half an hour."""
    _install(session, "dev")
    if session.venv_backend != "none":
        # Apart and not by hash: which build of torch there is differs from machine to machine.
        session.install("torch==2.13.0", "transformers==5.24.0")
    files = [f"tests/contract/test_transformers_{name}.py" for name in ("runner", "vectors")]
    session.run("python", "-m", "pytest", *files, "-q")
    script, env = "benchmarks/against_transformers.py", {"PYTHONPATH": "tests"}
    session.run("python", script, *session.posargs, env=env)


@nox.session(default=False)
def own_models(session: nox.Session) -> None:
    """Three models nobody here made, released by the commands of a page; pip fetches them."""
    _pytest(session, "tests/e2e/test_own_models.py", "--own-models", "-q", "-s", *session.posargs)


@nox.session(default=False)
def programs(session: nox.Session) -> None:
    """Presidio, spaCy, flair and deduce as candidates, really installed; about ten minutes."""
    _install(session, "dev")
    if session.venv_backend != "none":
        # Apart and not by hash: they want versions of their own beside those of the engine.
        others = ("deduce==3.0.6", "flair==0.15.1", "presidio-analyzer==2.2.366", "spacy==3.8.18")
        session.install(*others, "torch==2.13.0")
    session.run("python", "-m", "pytest", "tests/contract/test_other_programs.py", "-q", "-s")


@nox.session(default=False, python=["3.11", "3.12", "3.13"])
def rebuild(session: nox.Session) -> None:
    """Golden comes out byte for byte on each Python, with other hashes, locale and time zone."""
    _install(session, "release")
    odd = {"PYTHONHASHSEED": "77", "LC_ALL": "C", "TZ": "Asia/Kathmandu"}
    session.run("openmed", "suite", "build", "golden", "--check", env=odd)


@nox.session(default=False)
def latency(session: nox.Session) -> None:
    """How long a flip takes beside SQLite and git, and a rollback among 2,266 rows; two minutes."""
    _run(session, "python", "benchmarks/flip.py")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """What commands cost in a fleet of 20 and 200 slots or one that was made, beside peers."""
    _install(session, "dev")
    if session.venv_backend != "none":
        session.install("ninja==1.13.2")  # only what it is compared with
    session.run("python", "-m", "pytest", "tests/e2e/test_large_fleet.py", "--large-fleet", "-q")
    session.run("python", "benchmarks/fleet.py", *session.posargs)


@nox.session(default=False)
def hub(session: nox.Session) -> None:
    """Rampart on a Hub on loopback, both ways to write; then costs beside `upload_folder`."""
    _install(session, "dev")
    if not session.posargs:
        whole = ("tests/e2e/test_rampart_on_hub.py", "--hub", "-q", "-s")
        session.run("python", "-m", "pytest", *whole)
    session.run("python", "benchmarks/hub.py", *session.posargs)


@nox.session(default=False)
def executors(session: nox.Session) -> None:
    """End workers, schedulers and networks; time 40 slots by each executor; about half an hour."""
    cluster = ("tests/contract/test_dask_cluster.py", "tests/e2e/test_lost_cluster.py")
    _pytest(session, *cluster, "--cluster-faults", "-q")
    session.run("python", "benchmarks/executors.py", *session.posargs)


@nox.session(default=False)
def kills(session: nox.Session) -> None:
    """End releases and rollbacks at 30 moments of each kind; about half an hour."""
    _pytest(session, "tests/e2e/test_killed.py", "-q", "--moments", "30")


@nox.session(default=False)
def crash(session: nox.Session) -> None:
    """Power cuts, failing disks, and SIGKILL before every call that writes; about half an hour."""
    killed = "tests/e2e/test_every_write.py"
    _pytest(session, "tests/crash", killed, "-q", "-s", "--every-write", "--timeout", "0")


@nox.session(default=False)
def races(session: nox.Session) -> None:
    """Releases and rollbacks against each other, 200 rounds of each; about two minutes."""
    _pytest(session, "tests/crash/test_races.py", "-q", "-s", "--rounds", "200")


@nox.session(default=False)
def sequences(session: nox.Session) -> None:
    """Commands and git habits in random order on three clones, 500 times; half an hour."""
    _pytest(session, "tests/contract/test_state_sequences.py", "-q", "-s", "--sequences", "500")


@nox.session(default=False)
def spoilt(session: nox.Session) -> None:
    """Try every mutant of evidence and verdict, and print those that may pass; 4 minutes."""
    _pytest(session, "tests/e2e/test_mutants.py", "-s", "--every-mutant")


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """Change what decides, one place at a time, and count what no test notices; 15 minutes."""
    _install(session, "dev")
    _install(session, "mutants")
    # Never with an old copy: it would test what is not there any more.
    shutil.rmtree("mutants", ignore_errors=True)
    session.run("mutmut", "run", *(session.posargs or ["--max-children", "2"]))
    said = str(session.run("mutmut", "results", "--all", "true", silent=True))
    ways = Counter(line.rpartition(": ")[2] for line in said.splitlines() if ": " in line)
    killed = ways["killed"] + ways["timeout"] + ways["caught by type check"]
    share = killed / max(1, ways.total())
    session.log(f"{killed} of {ways.total()} killed: {share:.1%} {dict(ways)}")


@nox.session(tags=["gate"])
def gates(session: nox.Session) -> None:
    """The release gates, as doit runs them; with OPENMED_SHARD=K/N only a part, without a key."""
    shard = os.environ.get("OPENMED_SHARD", "")
    if shard:
        _openmed(session, "release", "gate", "--shard", shard)
        return
    _install(session, "release")
    session.run("openmed", "keys", "init")
    try:
        # No time limits: an interrupted doit must be able to wind down.
        graph = ("python", "-m", "doit", *(session.posargs or ["release"]))
        session.run(*graph, interrupt_timeout=None, terminate_timeout=None)
    except CommandFailed:
        session.error(_meaning(session, Path("artifacts/run-report.json")))


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


@nox.session(default=False)
def workflows(session: nox.Session) -> None:
    """The workflows have no finding, and all of them run under act; about ten minutes."""
    whole = ("tests/e2e/test_workflows.py", "tests/e2e/test_every_workflow.py")
    _pytest(session, *whole, "--every-workflow", "-q", "-s")


@nox.session(default=False)
def format(session: nox.Session) -> None:  # noqa: A001 - the session's name is the command
    """Write the formatting and the fixes that are safe."""
    _install(session, "dev")
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")


@nox.session(default=False)
def update_cases(session: nox.Session) -> None:
    """Write down again what every gate finds in its cases; look at the difference."""
    _run(session, "python", "tools/gate_cases.py")


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Write requirements/*.txt: every package by hash, no registry address."""
    session.install("uv")
    common = ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate"]
    common += ["--no-header", "--universal", "--python-version", "3.11"]
    extras = ("--extra", "onnx", "--extra", "recipes")
    release, dev = "requirements/release.txt", "requirements/dev.txt"
    both = ("uv", "pip", "compile", *common, "pyproject.toml", *extras)
    session.run(*both, "--group", "build", "-o", release)
    session.run(*both, "--group", "dev", "-c", release, "-o", dev)
    for group in ("oracles", "mutants"):
        apart = ("-c", dev, "-o", f"requirements/{group}.txt")  # over the development group
        session.run("uv", "pip", "compile", *common, "--group", group, *apart)


def _shards() -> tuple[str, ...]:
    """In CI only what the parts brought counts; on a desk, what was measured there."""
    count = os.environ.get("OPENMED_SHARDS", "")
    return ("--shards", count) if count else ()


def _openmed(session: nox.Session, *arguments: str) -> None:
    _install(session, "release")
    try:
        session.run("openmed", *arguments, interrupt_timeout=None, terminate_timeout=None)
    except CommandFailed:
        session.error(f"openmed {' '.join(arguments)} did not succeed; see above")


def _meaning(session: nox.Session, report: Path) -> str:
    try:
        code = int(json.loads(report.read_text(encoding="utf-8"))["exit_code"])
    except (OSError, ValueError, KeyError, TypeError):
        return "doit could not run the graph; see above"
    # Asked of the session's own Python: nox's may be without this package.
    ask = f"from openmed.exit_codes import EXIT_CODES; print(EXIT_CODES[{code}].means)"
    means = session.run("python", "-c", ask, silent=True)
    return f"not released: exit code {code}, {str(means).strip()}; see {report}"
