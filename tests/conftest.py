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


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> int:
    """How many moments to draw."""
    number = request.config.getoption("--moments")
    assert isinstance(number, int)
    return number
