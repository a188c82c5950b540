"""Training notes: our own template families, filled from our own word lists.

A note depends on the seed, its family and its index only, so a new family changes no other
note. The corpus that measures the model is made elsewhere and shares no family with this one.
`python data.py` prints the manifest of what the recipe trains on.
"""

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from values import Piece, Rng, Values, Words, recased

GENERATOR = "pii-tiny-notes/1"
SEED = "pii-tiny-2"

_FOLDER = Path(__file__).parent
_CHOICE = re.compile(r"<([^<>]*~[^<>]*)>")
SLOT = re.compile(r"\{([a-z_]+)([0-9]?)(?:\.([a-z]+))?\}")


class Note(NamedTuple):
    """A training note with its labelled spans."""

    family: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


def read_words() -> dict[str, tuple[str, ...]]:
    """The word lists, by section."""
    sections: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in (_FOLDER / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            sections[name] = ()
        elif line and not line.startswith("#"):
            words = tuple(word.replace("_", " ") for word in line.split())
            sections[name] = sections[name] + words
    return sections


def read_families() -> dict[str, str]:
    """The templates, by family id."""
    families: dict[str, str] = {}
    text = (_FOLDER / "families.txt").read_text(encoding="utf-8")
    for block in text.split("\n== ")[1:]:
        family, _, body = block.partition("\n")
        families[family] = body.strip("\n")
    return families


def generate(seed: str, families: Mapping[str, str], notes: int, words: Words) -> list[Note]:
    """Make `notes` notes, going round the families."""
    ids = sorted(families)
    ids = sorted(ids, key=lambda family: hashlib.sha256(family.encode()).hexdigest())
    made = []
    for number in range(notes):
        family, index = ids[number % len(ids)], number // len(ids)
        rng = Rng(f"{seed}/{family}/{index}")
        made.append(_note(family, families[family], rng, words))
    return made


def corpus(build_notes: int) -> list[Note]:
    """The training notes of a build."""
    return generate(SEED, read_families(), build_notes, read_words())


def manifest(builds: Mapping[str, int]) -> dict[str, object]:
    """What `data_manifest.json` must say for these builds and their numbers of notes."""
    rows = {
        name: {"notes": notes, "sha256": hashlib.sha256(corpus_bytes(corpus(notes))).hexdigest()}
        for name, notes in sorted(builds.items())
    }
    return {
        "schema": "openmed.data-manifest/1",
        "generator": GENERATOR,
        "seed": SEED,
        "families": sorted(read_families()),
        "builds": rows,
    }


def corpus_bytes(notes: Sequence[Note]) -> bytes:
    """The notes as canonical JSON lines."""
    lines = []
    for note in notes:
        row = {"family": note.family, "spans": note.spans, "text": note.text}
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        lines.append(line + "\n")
    return "".join(lines).encode()


class Build(NamedTuple):
    """One build of the recipe.

    Attributes:
        notes: how many notes it trains on.
        threshold: least probability of a predicted word; None = the usual one.
        silent: labels whose head is made dead.
    """

    notes: int
    threshold: float | None
    silent: tuple[str, ...]


def read_builds() -> dict[str, Build]:
    """The builds that `recipe.toml` names."""
    recipe = tomllib.loads((_FOLDER / "recipe.toml").read_text(encoding="utf-8"))
    return {
        name: Build(int(row["notes"]), row.get("threshold"), tuple(row.get("silent", ())))
        for name, row in recipe["builds"].items()
    }


def build_sizes() -> dict[str, int]:
    """How many notes each build of the recipe trains on."""
    return {name: build.notes for name, build in read_builds().items()}


def _note(family: str, template: str, rng: Rng, words: Words) -> Note:
    chosen = _CHOICE.sub(lambda match: rng.pick(match[1].split("~")), template)
    pieces = _rearranged(_filled(chosen, rng, words), rng)
    text = ""
    spans = []
    for piece in pieces:
        if piece.label and piece.text:
            spans.append((len(text), len(text) + len(piece.text), piece.label))
        text += piece.text
    return Note(family, text, tuple(spans))


def _filled(template: str, rng: Rng, words: Words) -> list[Piece]:
    values = Values(rng, words)
    pieces = []
    end = 0
    for match in SLOT.finditer(template):
        pieces.append(Piece(template[end : match.start()], ""))
        pieces.extend(values.pieces(match[1], match[2], match[3] or ""))
        end = match.end()
    pieces.append(Piece(template[end:], ""))
    return pieces


def _rearranged(pieces: list[Piece], rng: Rng) -> list[Piece]:
    """Some notes are all capitals, all small letters, one paragraph, or wrapped anew."""
    style = rng.below(20)
    if style == 0:
        return [Piece(recased(piece.text, upper=True), piece.label) for piece in pieces]
    if style == 1:
        return [Piece(recased(piece.text, upper=False), piece.label) for piece in pieces]
    if style in {2, 3}:
        return [Piece(piece.text.replace("\n", " "), piece.label) for piece in pieces]
    if style in {4, 5}:
        return [Piece(_wrapped(piece.text, rng), piece.label) for piece in pieces]
    return pieces


def _wrapped(text: str, rng: Rng) -> str:
    return re.sub(" ", lambda _: "\n" if rng.chance(8) else " ", text)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(manifest(build_sizes()), indent=2) + "\n")
