"""Which entry a derived file follows: read from a few of its lines, and the same as from all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmed.adapters.sync.checkout_memory import CheckoutMemory
from openmed.adapters.sync.git_history import GitHistory
from openmed.domain.digest import Json
from openmed.domain.ledger.ancestry import Sighting
from openmed.domain.ledger.fleet import fold
from openmed.domain.wire import pretty

HEAD: Final = "ab" * 32
TAG: Final = "2026.11.29-3"
NAMES: Final = ("ledger_head", "tag", "as_of", "live", "zone", '\n  "tag": ')
FORMS: Final[dict[str, Callable[[Json], bytes]]] = {
    "as the engine writes it": pretty,
    "on one line": lambda table: json.dumps(table).encode(),
    "with another indent": lambda table: json.dumps(table, indent=4).encode(),
}


def seen(folder: Path, data: bytes) -> list[Sighting]:
    """What a checkout remembers of a run report."""
    (folder / "artifacts").mkdir(exist_ok=True)
    (folder / "artifacts/run-report.json").write_bytes(data)
    memory = CheckoutMemory(folder, artifacts=folder / "artifacts", history=GitHistory(folder))
    return [*memory.sightings(fold(()))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Without git."""
    return tmp_path_factory.mktemp("heads")


_LEAVES: Final = (
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from((HEAD, TAG, "", f"x {TAG}"))
    | st.sampled_from((f"ledger entry {TAG} of 2026-11-29T12:00:00Z", '\n  "tag": "no",\n', "}\n"))
)  # fmt: skip
_TABLES: Final = st.dictionaries(
    st.sampled_from(NAMES),
    st.recursive(
        _LEAVES,
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
        ),
        max_leaves=4,
    ),
    max_size=4,
)


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=60,
)
@given(table=_TABLES)
def test_a_line_says_what_the_whole_file_says(table: dict[str, Json], folder: Path) -> None:
    """Whatever else the file holds, in whichever form it is."""
    found = [seen(folder, form(table)) for form in FORMS.values()]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_it_is_found_in_each_form(form: str, folder: Path) -> None:
    """With its tag."""
    data = FORMS[form]({"ledger_head": HEAD, "live": [{"tag": "2020.01.01-1"}], "tag": TAG})
    (one,) = seen(folder, data)
    assert (HEAD, TAG) == (one.head, one.tag)


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{\n  "tag": ', b"[]", b"\xff", b'{\n  "tag": x\n}\n']
)
def test_what_is_damaged_says_nothing(data: bytes, folder: Path) -> None:
    """It proves nothing."""
    assert seen(folder, data) == []
