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
        "--rounds",
        type=int,
        default=20,
        help="rounds of each race (tests/crash/test_races.py)",
    )


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
