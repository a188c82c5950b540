"""Options of the whole suite."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.leaks import plugin as leaks
from support.repositories import MEMORY

pytest_runtest_makereport = leaks.pytest_runtest_makereport
leaks.listen()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How thorough the tests are that draw moments."""
    parser.addoption(
        "--moments",
        type=int,
        default=1,
        help="moments at which each kind of run is ended (tests/e2e/test_killed.py)",
    )
    parser.addoption(
        "--every-mutant",
        action="store_true",
        help="try every mutant, not one of sixteen (tests/e2e/test_mutants.py)",
    )
    parser.addoption(
        "--rounds",
        type=int,
        default=20,
        help="rounds of each race (tests/crash/test_races.py)",
    )
    parser.addoption(
        "--sequences",
        type=int,
        default=40,
        help="sequences of commands and git habits (tests/contract/test_state_sequences.py)",
    )
    parser.addoption(
        "--own-models",
        action="store_true",
        help="release three third-party models (tests/e2e/test_own_models.py)",
    )
    parser.addoption(
        "--hub",
        action="store_true",
        help="publish a third-party model on a Hub on loopback (tests/e2e/test_rampart_on_hub.py)",
    )
    parser.addoption(
        "--large-fleet",
        action="store_true",
        help="grow a fleet for the benchmark (tests/e2e/test_large_fleet.py)",
    )
    parser.addoption(
        "--cluster-faults",
        action="store_true",
        help="end workers, schedulers and networks (tests/contract/test_dask_cluster.py)",
    )
    parser.addoption(
        "--every-workflow",
        action="store_true",
        help="run every workflow under act (tests/e2e/test_every_workflow.py)",
    )
    parser.addoption(
        "--every-write",
        action="store_true",
        help="kill at every call that writes, not at a few (tests/e2e/test_every_write.py)",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with a test that may take long go first, so that no process waits at the end."""
    long = {item.path for item in items if item.get_closest_marker("timeout")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences for people are not folded, so that a test reads them whole."""
    monkeypatch.setenv("COLUMNS", "1000")


@pytest.fixture
def every_mutant(request: pytest.FixtureRequest) -> bool:
    """Whether to try every mutant."""
    return bool(request.config.getoption("--every-mutant"))


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Path]:
    """An empty folder in which syncing costs nothing: in memory where that is possible."""
    place = Path(tempfile.mkdtemp(dir=MEMORY)) if MEMORY.is_dir() else tmp_path / "work"
    place.mkdir(exist_ok=True)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def cluster_faults(request: pytest.FixtureRequest) -> None:
    """Skips what takes long unless it is asked for."""
    if not request.config.getoption("--cluster-faults"):
        pytest.skip("--cluster-faults")


@pytest.fixture
def every_write(request: pytest.FixtureRequest) -> bool:
    """Whether every call that writes is tried."""
    return bool(request.config.getoption("--every-write"))


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How many rounds to run."""
    number = request.config.getoption("--rounds")
    assert isinstance(number, int)
    return number


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> int:
    """How many moments to draw."""
    number = request.config.getoption("--moments")
    assert isinstance(number, int)
    return number


@pytest.fixture
def sequences(request: pytest.FixtureRequest) -> int:
    """How many sequences of commands and git habits are tried."""
    number = request.config.getoption("--sequences")
    assert isinstance(number, int)
    return number
