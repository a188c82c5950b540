"""doit's database is a cache: damaged in any way, it is thrown away and made again."""

import dbm
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from doit.dependency import DatabaseException

from openmed.adapters.stores.graph_cache import GraphCache
from openmed.cli.errors import Failed
from openmed.cli.output_format import Form
from openmed.pipeline import doit_main
from openmed.pipeline.doit_main import run_graph

Damage = Callable[[Path], None]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def _other(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 100)


def _row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update doit set task_data = '{'")


def _binary_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update doit set task_data = x'ff00'")


def _columns(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table doit (other text)")


def _journal(path: Path) -> None:
    _cut(path)
    path.with_name(f"{path.name}-journal").write_bytes(b"x")


@pytest.fixture
def cache(tmp_path: Path) -> GraphCache:
    """A database with many rows, as doit writes them."""
    file = tmp_path / "doit.sqlite3"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("create table doit (task_id text primary key, task_data json)")
        rows = ((f"task {number}", '{"checker:": "MD5Checker"}') for number in range(500))
        connection.executemany("insert into doit values (?, ?)", rows)
    return GraphCache(file)


def test_a_whole_one_is_kept(cache: GraphCache) -> None:
    """Also an empty one and none."""
    assert cache.is_usable()
    cache.file.write_bytes(b"")
    assert cache.is_usable()
    cache.file.unlink()
    assert cache.is_usable()


@pytest.mark.parametrize("damage", [_cut, _folder, _other, _row, _binary_row, _columns, _journal])
def test_a_damaged_one_is_thrown_away(damage: Damage, cache: GraphCache) -> None:
    """Whatever stands there, and what sqlite left beside it."""
    damage(cache.file)
    assert not cache.is_usable()
    cache.discard()
    assert list(cache.file.parent.iterdir()) == []


def test_one_in_use_is_not_damaged(cache: GraphCache) -> None:
    """Another run has it."""
    with closing(sqlite3.connect(cache.file)) as other:
        other.execute("begin exclusive")
        assert cache.is_usable()


@pytest.mark.parametrize(
    "error", [DatabaseException("bad"), sqlite3.DatabaseError("malformed"), dbm.error[0]("bad")]
)
def test_what_breaks_later_is_tried_again_without_it(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once."""
    calls: list[str] = []

    def run(_: object) -> None:
        calls.append("run")
        if calls == ["run"]:
            raise error

    monkeypatch.setattr(doit_main, "_run", run)
    run_graph({}, discard=lambda: calls.append("discard"))
    assert calls == ["run", "discard", "run"]


def test_what_goes_on_breaking_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """And `--debug` ends, although the error is its own cause."""

    def run(_: object) -> None:
        raise KeyError("not of the database")

    monkeypatch.setattr(doit_main, "_run", run)
    with pytest.raises(KeyError) as caught:
        run_graph({}, discard=lambda: None)
    assert caught.value.__cause__ is None
    error = ValueError("x")
    error.__cause__ = error
    Failed(error, command="release run", form=Form.HUMAN, debug=True).show()
