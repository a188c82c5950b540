"""What `openmed adopt` makes of the public fleet, and what it costs: rows, calls, seconds.

    python benchmarks/adopt.py

The catalogue is generated with the public distribution (2,266 rows); the models that can be judged
here are published on a Hub on loopback, which the unmodified client asks. No weights are fetched.
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import public_catalogue as public  # noqa: E402 - the tests' folder is no package
from support.hub import TestHub  # noqa: E402 - the same
from support.published_fleets import CONFIG  # noqa: E402 - the same

from openmed.adapters.hub.connection import HubConnection  # noqa: E402 - the same
from openmed.adapters.sources.published_models import HubModels  # noqa: E402 - the same
from openmed.app.adopt import AdoptionRequest, adopt  # noqa: E402 - the same
from openmed.cli.render.adoption_text import adoption_text  # noqa: E402 - the same
from openmed.context import open_context  # noqa: E402 - the same

_FILES = {
    "config.json": CONFIG,
    "tokenizer_config.json": b'{"model_max_length": 512}',
    "model.onnx": b"weights" * 99,
}


def main() -> None:
    """Adopt it twice, and print both answers."""
    catalogue = public.catalogue()
    with tempfile.TemporaryDirectory() as folder, TestHub() as hub:
        root = Path(folder)
        shutil.copytree(ROOT / "gates", root / "gates")
        shutil.copy(ROOT / "models.jsonl", root)
        for row in map(json.loads, catalogue.splitlines()):
            if row["family"] == "PII" and row["formats"] == ["onnx"]:
                hub.repository(row["repo_id"], files=_FILES)
        for _ in range(2):
            connection = HubConnection("adopt", endpoint=hub.url, token=None)
            models = HubModels(connection, most_calls=100_000)
            wanted = AdoptionRequest(catalogue, "models.jsonl", frozenset(), None)
            begin = time.perf_counter()
            report = adopt(open_context(root, quiet=True), wanted, hub=models, is_dry_run=False)
            seconds = time.perf_counter() - begin
            print(adoption_text(report, seconds=seconds, shows_rows=False, width=100))


if __name__ == "__main__":
    main()
