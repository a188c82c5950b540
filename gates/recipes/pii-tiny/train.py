"""Build the tiny PII token classifier: `python train.py --build NAME --out DIR`.

The training notes are made anew and must be the ones `data_manifest.json` names. The same
bytes come out on every machine (see `model.py`). Nothing of a note is printed.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from data import corpus, manifest, read_builds, read_families, read_words
from examples import known_of, prepare
from export import THRESHOLD, artifact_files
from model import Settings, fit

_MANIFEST = Path(__file__).parent / "data_manifest.json"


def main(arguments: list[str]) -> int:
    """Build one candidate; 1 = refused, with the reason in one sentence."""
    builds = read_builds()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, choices=sorted(builds))
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args(arguments)
    build = builds[options.build]
    refusal = _refusal(options.build, build.notes)
    if refusal:
        sys.stderr.write(refusal + "\n")
        return 1
    began = time.monotonic()
    notes = corpus(build.notes)
    _say(f"{len(notes)} training notes agree with {_MANIFEST.name}", began)
    known = known_of(read_words(), tuple(read_families().values()))
    scheme, examples = prepare(notes, known)
    tokens = examples.types.shape[0]
    _say(f"{tokens} tokens, {len(scheme.features)} tables, training", began)
    tables = fit(examples.rows, scheme.features, examples.types, examples.begins, Settings())
    options.out.mkdir(parents=True, exist_ok=True)
    files = artifact_files(
        scheme, tables, threshold=build.threshold or THRESHOLD, silent=build.silent
    )
    for name, content in files.items():
        (options.out / name).write_bytes(content)
        _say(f"wrote {name}, {len(content)} bytes", began)
    return 0


def _refusal(build: str, notes: int) -> str:
    """Why the training notes are not the ones of the manifest; empty if they are."""
    try:
        stated = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return f"{_MANIFEST.name} cannot be read, so the training notes cannot be checked."
    made = manifest({build: notes})
    agrees = (
        isinstance(stated, dict)
        and isinstance(stated.get("builds"), dict)
        and {**stated, "builds": {build: stated["builds"].get(build)}} == made
    )
    if agrees:
        return ""
    return (
        f"The training notes of build {build!r} are not the ones {_MANIFEST.name} names; "
        "if the change is meant, write it anew with `python data.py > data_manifest.json`."
    )


def _say(text: str, began: float) -> None:
    sys.stderr.write(f"{time.monotonic() - began:6.1f} s  {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
