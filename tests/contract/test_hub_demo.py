"""`make hub-demo`, in process, and the Hub as a program of its own."""

import pytest

pytest.importorskip("huggingface_hub")
from support.hub.demo import FIRST, SECOND, show


def test_publishing_and_going_back_send_no_weights() -> None:
    """Only staging does; what anyone fetches are the staged bytes."""
    said: list[str] = []
    show(said.append)
    sent = [int(line.split(" requests ")[1].split()[0]) for line in said[1:]]
    assert [len(FIRST), 0, 0, 0, len(SECOND), 0, 0, 0, 0, 0] == sent
    assert 3 == len([line for line in said if "the staged bytes" in line])
    assert ["refused: 401", "refused: 412"] == [
        line[35:59].strip() for line in said if "refused" in line
    ]
