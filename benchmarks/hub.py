"""What publishing a tree costs beside the client's own `upload_folder` of the same tree.

Call: `python benchmarks/hub.py [--rounds N] [--json FILE]` (`nox -s hub`). One tree of 15 MB and
one of 300 files go to a Hub on loopback (`tests/support/hub`) by the engine in both credential
modes and by the client alone, in interleaved rounds of one run, each to a repository of its own.
The network is missing: seconds are those of this machine, requests and bytes are the protocol's.
"""

import argparse
import json
import logging
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support import builders
from support.hub import TestHub
from support.hub_places import HubRepositoryPlace, hub_of_environment, released_tree

from openmed.domain.inference.profile import FILE_NAME
from openmed.domain.ledger.changes import Promoted
from openmed.ports.publishing import (
    PageBytes,
    PublicRegistry,
    public_registry,
)

CLIENT: Final = "upload_folder"
TOKEN, PUBLISHER = "engine, token", "engine, publisher"
BEFORE, FLIP, WHOLE, READ = "before the pointer", "flip", "whole", "snapshot_download"
PARTS: Final = (WHOLE, READ, BEFORE, FLIP)
WAYS: Final = (CLIENT, TOKEN, PUBLISHER)
WEIGHTS: Final = 15_000_000
LARGE, LARGE_SIZE, SMALL_SIZE = 150, 32_768, 2_048
CARD: Final = PageBytes("README.md", b"---\nlicense: mit\n---\n\n# A model\n")


class Part(NamedTuple):
    """What one part of publishing cost.

    Attributes:
        seconds: from its start to its end.
        requests: answered by the Hub and its CDN.
        api: of these, those that are not about bytes of files.
        sent: bytes of bodies, small files among them.
        weights: of these, bytes of large files.
    """

    seconds: float
    requests: float
    api: float
    sent: float
    weights: float


Row = tuple[str, str, str]
"""Tree, way, part."""


def main() -> None:
    """Measure, print, and write."""
    options = _options()
    found: dict[Row, list[Part]] = {}
    draw = random.Random(options.seed)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as folder, _hub(Path(folder)) as hub:
        place = _Place(hub, Path(folder) / "release")
        trees = dict(_trees(Path(folder) / "trees"))
        for number in range(options.rounds):
            pairs = [(tree, way) for tree in trees for way in WAYS]
            draw.shuffle(pairs)
            for tree, way in pairs:
                for part, cost in place.publish(trees[tree], way, number=number):
                    found.setdefault((tree, way, part), []).append(cost)
            print(f"round {number + 1} of {options.rounds}", flush=True)
    print(_table(found))
    if options.json:
        options.json.write_text(json.dumps(_plain(found), indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=17, help="of the order within a round")
    parser.add_argument("--json", type=Path, help="file for every round and the medians")
    return parser.parse_args()


@contextmanager
def _hub(folder: Path) -> Iterator[TestHub]:
    with pytest.MonkeyPatch.context() as patch, hub_of_environment(patch, folder / "home") as hub:
        yield hub


def _trees(folder: Path) -> Iterator[tuple[str, Path]]:
    draw = random.Random(1)  # noqa: S311 - no secret
    large, many = folder / "large", folder / "many"
    for place in (large, many):
        place.mkdir(parents=True)
        (place / FILE_NAME).write_text(builders.PROFILE)
    (large / "model.onnx").write_bytes(draw.randbytes(WEIGHTS))
    yield "15 MB", large
    for number in range(LARGE):
        (many / f"part-{number:03}.onnx").write_bytes(draw.randbytes(LARGE_SIZE))
    for number in range(LARGE - 1):
        text = json.dumps({"a": draw.random()}) * (SMALL_SIZE // 32)
        (many / f"words-{number:03}.json").write_text(text)
    yield "300 files", many


class _Place:
    """One release repository, whose one release is published under many names."""

    def __init__(self, hub: TestHub, root: Path) -> None:
        self._hub = hub
        self._token = hub.token("owner", admin=True)
        self._root = root
        self._made = HubRepositoryPlace(root)
        self._made.place.release(b"weights")

    def publish(self, tree: Path, way: str, *, number: int) -> Iterator[tuple[str, Part]]:
        """Publish a tree to a repository that nobody used before; what each part cost."""
        repo_id = f"org/{tree.name}-{WAYS.index(way)}-{number}"
        if way == CLIENT:
            api = self._hub.api(self._token)
            logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
            self._hub.repository(repo_id)
            yield WHOLE, self._cost(lambda: api.upload_folder(repo_id=repo_id, folder_path=tree))
            with tempfile.TemporaryDirectory() as folder:
                read = partial(
                    self._hub.api().snapshot_download,
                    repo_id,
                    local_dir=f"{folder}/tree",
                    cache_dir=f"{folder}/cache",
                )
                yield READ, self._cost(read)
            return
        release, wanted, history = released_tree(self._made, tree, repo_id=repo_id)
        slot = self._slot(way, release)
        before = self._cost(lambda: slot.prepare(release, history))
        after = self._cost(lambda: slot.publish(wanted, history, pages=lambda _: (CARD,)))
        yield BEFORE, before
        yield FLIP, after
        yield WHOLE, Part(*(a + b for a, b in zip(before, after, strict=True)))

    def _slot(self, way: str, release: Promoted) -> PublicRegistry:
        """The repository as another process has it, by the credentials of a way."""
        repo_id = release.candidate.repo_id
        for name in ("HF_TOKEN", "HF_OIDC_ID_TOKEN"):
            os.environ.pop(name, None)
        if way == TOKEN:
            os.environ["HF_TOKEN"] = self._token
        else:
            self._hub.repository(repo_id)
            self._hub.publisher(repo_id, subject="repo:org/releases", issuer="https://ci")
            os.environ["HF_OIDC_ID_TOKEN"] = self._hub.identity(
                subject="repo:org/releases", issuer="https://ci"
            )
        found = public_registry(HubRepositoryPlace(self._root).place.registry, release)
        assert found is not None
        return found

    def _cost(self, act: Callable[[], object]) -> Part:
        self._hub.reset()
        start = perf_counter()
        act()
        seconds = perf_counter() - start
        asked = self._hub.requests
        api = [one for one in asked if one.route not in {"resolve", "cdn", "lfs-upload"}]
        sent = sum(one.sent for one in asked)
        return Part(seconds, len(asked), len(api), sent, self._hub.weights_sent())


def _median(costs: Sequence[Part]) -> Part:
    return Part(*(statistics.median(column) for column in zip(*costs, strict=True)))


def _ratio(found: Mapping[Row, Sequence[Part]], row: Row) -> float:
    """How many times as long as `upload_folder`: of pairs of one round, which had one neighbour."""
    base = found[row[0], CLIENT, WHOLE]
    pairs = zip(found[row], base, strict=True)
    return statistics.median(cost.seconds / other.seconds for cost, other in pairs)


def _table(found: Mapping[Row, Sequence[Part]]) -> str:
    head = f"{'tree':10} {'way':18} {'part':19} {'seconds':>8} {'ratio':>6} {'requests':>9}"
    lines = ["", f"{head} {'of the API':>11} {'MB sent':>8} {'weights':>8}"]
    for row in sorted(found, key=_order):
        tree, way, part = row
        cost = _median(found[row])
        lines.append(
            f"{tree:10} {way:18} {part:19} {cost.seconds:8.2f} {_ratio(found, row):6.2f} "
            f"{cost.requests:9.0f} {cost.api:11.0f} {cost.sent / 1e6:8.2f} "
            f"{cost.weights / 1e6:8.2f}"
        )
    lines.append("\nmedians; ratio: to upload_folder of the same tree in the same round")
    return "\n".join(lines)


def _order(row: Row) -> tuple[str, int, int]:
    tree, way, part = row
    return tree, WAYS.index(way), PARTS.index(part)


def _plain(found: Mapping[Row, Sequence[Part]]) -> object:
    return [
        {
            "tree": row[0], "way": row[1], "part": row[2], "ratio": _ratio(found, row),
            "median": _median(costs)._asdict(), "rounds": [cost._asdict() for cost in costs],
        }
        for row, costs in found.items()
    ]  # fmt: skip


if __name__ == "__main__":
    main()
