"""Our tokens, logits and spans beside those of transformers: random texts, tiny random models.

Run: nox -s transformers; about ten minutes. Prints differences by family, script and scheme, and
ends with 1 when a family has more than 1 %. `--write` trains the tokenizers anew and records what
the library answers for a sample, which `tests/contract/test_transformers_vectors.py` replays.
"""

import argparse
import json
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import transformers
from support.bert_graphs import bert_graph
from support.library_vectors import (
    LOGIT_DIGITS,
    Answer,
    OurRunner,
    differences,
    places,
    takes_positions,
)
from support.token_families import (
    FAMILIES,
    SCHEMES,
    STRATEGIES,
    STRIDE,
    WINDOW,
    Family,
    labels,
    texts,
    train,
    weights,
    write_configs,
)
from support.torch_models import save_safetensors
from tokenizers import Tokenizer

CASES = Path(__file__).parents[1] / "tests" / "cases" / "transformers"
SEED, RECORDED_SEED = 11, 12
MOST_DIFFERENT = 0.01
PACKAGES = ("tokenizers", "torch", "transformers")


class Library:
    """AutoTokenizer and the pipeline over one folder."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """Load them."""
        self.names = names
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder))
        self.model = transformers.AutoModelForTokenClassification.from_pretrained(
            str(folder), attn_implementation="eager"
        ).eval()
        self.pipe = transformers.pipeline(
            "token-classification", model=self.model, tokenizer=self.tokenizer
        )

    def answer(self, text: str) -> Answer:
        """What the library makes of a text."""
        # As for the tokens of the whole text: the pipeline itself cuts them.
        whole = self.tokenizer(text, return_offsets_mapping=True, truncation=False)
        ids = whole["input_ids"]
        logits = None
        if 2 < len(ids) <= WINDOW:  # noqa: PLR2004 - the special tokens, of which every family has two
            with torch.inference_mode():
                found = self.model(input_ids=torch.tensor([ids])).logits[0].numpy()
            logits = np.round(found.astype(float), LOGIT_DIGITS).tolist()
        spans = {}
        for strategy in STRATEGIES:
            options: dict[str, Any] = {} if strategy == "none" else {"stride": STRIDE}
            entities = self.pipe(text, aggregation_strategy=strategy, **options) if ids else []
            spans[strategy] = places(entities, self.names)
        offsets = [(int(start), int(end)) for start, end in whole["offset_mapping"]]
        return Answer(ids=list(ids), offsets=offsets, logits=logits, spans=spans)


def artifact(folder: Path, family: Family, scheme: str, *, seed: int) -> tuple[Path, Path]:
    """The same model for either runner, one folder each."""
    both = (folder / "onnx", folder / "safetensors")
    for one in both:
        one.mkdir(parents=True)
        data = (CASES / f"{family.name}.tokenizer.json").read_bytes()
        (one / "tokenizer.json").write_bytes(data)
        write_configs(one, family, scheme)
    size = Tokenizer.from_file(str(both[0] / "tokenizer.json")).get_vocab_size()
    values = weights(size, len(labels(scheme)), seed=seed)
    graph = bert_graph(values, heads=2, takes_positions=takes_positions(family))
    onnx.save(graph, str(both[0] / "model.onnx"))
    save_safetensors(both[1], family, scheme, seed=seed)
    return both


def compared(count: int, of: str) -> Iterator[tuple[str, str, str, list[str], str]]:
    """Family, script, scheme, what differs, and the text, one text after another."""
    schemes = list(SCHEMES)
    for family in [family for family in FAMILIES if of in family.name]:
        for number, scheme in enumerate(schemes):
            with tempfile.TemporaryDirectory() as place:
                one, other = artifact(Path(place), family, scheme, seed=number)
                library = Library(other, labels(scheme))
                runners = [OurRunner("onnx", one), OurRunner("transformers", other)]
                mine = islice(texts(count, seed=SEED), number, None, len(schemes))
                for script, text in mine:
                    theirs = library.answer(text)
                    found = {
                        what
                        for runner in runners
                        for what in differences(runner.answer(text), theirs)
                    }
                    yield family.name, script, scheme, sorted(found), text


def record() -> None:
    """Train the tokenizers and write what the library answers for a sample."""
    CASES.mkdir(parents=True, exist_ok=True)
    for family in FAMILIES:
        train(family).save(str(CASES / f"{family.name}.tokenizer.json"), pretty=False)
    versions = {name: version(name) for name in PACKAGES}
    for number, family in enumerate(FAMILIES):
        scheme = list(SCHEMES)[number % len(SCHEMES)]
        with tempfile.TemporaryDirectory() as place:
            _, other = artifact(Path(place), family, scheme, seed=number)
            library = Library(other, labels(scheme))
            rows = [
                {"script": script, "text": text, **library.answer(text)._asdict()}
                for script, text in texts(26, seed=RECORDED_SEED)
            ]
        made = {"versions": versions, "scheme": scheme, "seed": number, "texts": rows}
        data = json.dumps(made, ensure_ascii=True, separators=(",", ":"))
        (CASES / f"{family.name}.json").write_text(data + "\n", encoding="ascii")


def main() -> int:
    """Compare, or record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000, help="of each family")
    parser.add_argument("--write", action="store_true", help="record the sample")
    parser.add_argument("--family", default="", help="only families whose name holds this")
    parser.add_argument("--show", type=int, default=0, help="differing texts to print")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", message=".*real words.*")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    if options.write:
        record()
        return 0
    start = time.monotonic()
    all_, bad = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    kinds: dict[str, Counter[str]] = {}
    for family, script, scheme, found, text in compared(options.texts, options.family):
        for column in ("all", script, scheme):
            all_[family, column] += 1
            bad[family, column] += bool(found)
        kinds.setdefault(family, Counter()).update(found)
        if found and options.show:
            options.show -= 1
            print(f"{family} {scheme} {script}: {', '.join(found)}: {text!a}")
    for family, found_kinds in kinds.items():
        total, wrong = all_[family, "all"], bad[family, "all"]
        print(f"{family}: {total} texts, {wrong} differ ({wrong / total:.2%}) {dict(found_kinds)}")
        where = [column for (name, column) in bad if name == family and column != "all"]
        print("   ", ", ".join(f"{w} {bad[family, w]}/{all_[family, w]}" for w in where))
    print(f"{', '.join(f'{name} {version(name)}' for name in PACKAGES)}")
    print(f"{time.monotonic() - start:.0f} s")
    worst = max(bad[family, "all"] / all_[family, "all"] for family in kinds)
    return int(worst > MOST_DIFFERENT)


if __name__ == "__main__":
    sys.exit(main())
