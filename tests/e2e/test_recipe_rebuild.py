"""The recipe of the tiny model gives the same bytes on every machine, or refuses."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

RECIPE = Path(__file__).parents[2] / "gates" / "recipes" / "pii-tiny"
# Private, but the only list of what this numpy may choose by processor; a rename fails loudly.
DISPATCHED: list[str] = import_module("numpy._core._multiarray_umath").__cpu_dispatch__
PLAIN_PROCESSOR = {"NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED)}
FILES = {
    "config.json",
    "model.onnx",
    "runner_profile.json",
    "tokenizer.json",
    "tokenizer_config.json",
}


def _build(
    build: str, out: Path, settings: Mapping[str, str], *, recipe: Path = RECIPE
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", str(recipe / "train.py"), "--build", build, "--out", str(out)]
    plain = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONHASHSEED", "NPY_DISABLE_CPU_FEATURES"}
    }
    # The child warns about features this processor lacks; that is no error of the recipe.
    return subprocess.run(
        command,
        env={**plain, "PYTHONWARNINGS": "ignore", **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _digests(build: str, out: Path, settings: Mapping[str, str]) -> dict[str, str]:
    done = _build(build, out, settings)
    assert done.returncode == 0, done.stderr
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


def test_worse_build_has_the_same_bytes_under_every_setting(tmp_path: Path) -> None:
    """Hash seed and processor features change no byte of the worse build."""
    plain = _digests("worse", tmp_path / "plain", {})
    seeded = _digests("worse", tmp_path / "seeded", {"PYTHONHASHSEED": "1"})
    reduced = _digests("worse", tmp_path / "reduced", PLAIN_PROCESSOR)
    assert set(plain) == FILES
    assert plain == seeded
    assert plain == reduced


def test_default_build_has_the_same_bytes_without_processor_features(tmp_path: Path) -> None:
    """Processor features change no byte of the default build."""
    plain = _digests("default", tmp_path / "plain", {})
    reduced = _digests("default", tmp_path / "reduced", PLAIN_PROCESSOR)
    assert plain == reduced


def test_tampered_data_manifest_is_refused(tmp_path: Path) -> None:
    """Training notes that are not the stated ones end the build with one sentence and no file."""
    recipe = tmp_path / "recipe"
    shutil.copytree(RECIPE, recipe, ignore=shutil.ignore_patterns("__pycache__"))
    path = recipe / "data_manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["builds"]["worse"]["sha256"] = "0" * 64
    path.write_text(json.dumps(manifest), encoding="utf-8")
    done = _build("worse", tmp_path / "out", {}, recipe=recipe)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "data_manifest.json" in done.stderr
    assert not (tmp_path / "out").exists()
