"""What decoding and segmentation of long notes cost, beside an older version of this repository.

Run: python benchmarks/decoding.py [--against FOLDER]; FOLDER is a checkout of the older version.
Prints milliseconds for each part, and the ratio. Half a minute.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

NOTE = (
    "Patient Ana O'Brien-Lee (DOB 01/02/1980, MRN 77-0142) was seen by Dr. José Kim on 5 May 2024; "
    "call 555-0142 or write to ana.lee@example.org.\r\nBP 120/80, temp. 37.5 °C, m² 1.8. "
)
CHINESE = "患者张伟于2024年5月3日入院，电话010-5550142，医生李明。"  # noqa: RUF001 - its own commas
NAMES = ("O", "B-NAME", "I-NAME", "B-DATE", "I-DATE", "B-PHONE", "I-PHONE")
RULES = ("NAME:PATIENT_NAME", "DATE:DATE", "PHONE:PHONE")
ROUNDS = 9


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the fastest of several rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def measured() -> dict[str, float]:
    """The version that is imported, on a long note in each of two scripts."""
    from tokenizers import pre_tokenizers  # noqa: PLC0415 - as the other version may be imported

    from openmed.domain.inference.decoding import (  # noqa: PLC0415 - likewise
        decode_words,
        label_table,
        locate,
    )
    from openmed.domain.inference.profile import LabelRule  # noqa: PLC0415 - likewise

    rules = [LabelRule(model=m, canonical=c) for m, _, c in (rule.partition(":") for rule in RULES)]
    table = label_table(NAMES, rules)
    numbers = np.random.RandomState(3)
    found: dict[str, float] = {}
    for name, text in (("English", NOTE * 120), ("Chinese", CHINESE * 400)):
        words = pre_tokenizers.BertPreTokenizer().pre_tokenize_str(text)
        offsets, word_ids = [], []
        for number, (_, (start, end)) in enumerate(words):
            # As WordPiece has it: pieces of at most three letters.
            for at in range(start, end, 3):
                offsets.append((at, min(at + 3, end)))
                word_ids.append(number)
        rows = numbers.dirichlet([6.0, 1, 1, 1, 1, 1, 1], size=len(offsets))
        tokens = locate(text, offsets, word_ids)
        found[f"{name}, {len(text)} characters: segmentation"] = best(
            lambda text=text, offsets=offsets, ids=word_ids: locate(text, offsets, ids)  # type: ignore[misc] # bound now
        )
        found[f"{name}, {len(offsets)} tokens: decoding"] = best(
            lambda text=text, tokens=tokens, rows=rows: decode_words(  # type: ignore[misc] # bound now
                text, tokens, rows, table=table, threshold=0.4
            )
        )
    return found


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="checkout of an older version")
    parser.add_argument("--json", action="store_true", help="numbers of this version only")
    options = parser.parse_args()
    now = measured()
    if options.json or options.against is None:
        print(json.dumps(now, indent=1))
        return 0
    command = (sys.executable, Path(__file__).resolve(), "--json")
    place = {"PYTHONPATH": str(options.against.resolve())}
    done = subprocess.run(command, env=place, capture_output=True, text=True, check=True)
    before: dict[str, float] = json.loads(done.stdout)
    for name, value in now.items():
        print(
            f"{name}: {before[name]:.2f} ms before, {value:.2f} ms now, {value / before[name]:.2f}x"
        )
    whole, old = sum(now.values()), sum(before.values())
    print(f"together: {old:.2f} ms before, {whole:.2f} ms now, {whole / old:.2f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
