"""Options of the whole suite."""

import pytest


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


@pytest.fixture
def every_mutant(request: pytest.FixtureRequest) -> bool:
    """Whether to try every mutant."""
    return bool(request.config.getoption("--every-mutant"))


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> int:
    """How many moments to draw."""
    number = request.config.getoption("--moments")
    assert isinstance(number, int)
    return number
