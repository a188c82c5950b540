"""From notes to arrays: the vocabulary of a build, and table rows and answers per token."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from data import SLOT, Note
from features import FIRST, Rewriter, Token, Vocabulary, known_words, vocabulary
from model import LABELS, REACH, Feature, Floats, Ints, Sizes, coarse_shapes, layout, rows_of

_FORGOTTEN_OF_256 = 10
_SHORTEST_FORGOTTEN = 4
_LEAST_FAMILIES = 3
_NEAR = 60
_PLAIN_LISTS = ("drug", "dx", "sign", "service", "insurer", "imaging", "facility", "state_long")


class Scheme(NamedTuple):
    """All that turns text into table rows.

    Attributes:
        rewriter: text to tokens.
        vocabulary: tokens to ids.
        coarse: coarse shape of each shape.
        sizes: row counts.
        features: the tables.
    """

    rewriter: Rewriter
    vocabulary: Vocabulary
    coarse: tuple[int, ...]
    sizes: Sizes
    features: tuple[Feature, ...]


class Examples(NamedTuple):
    """Training arrays: see `model.fit`."""

    rows: Ints
    types: Ints
    begins: Floats


def known_of(words: Mapping[str, Sequence[str]], templates: Sequence[str]) -> dict[str, str]:
    """Words that are not taken for names: those of the templates and of all lists without names."""
    cues = [name for name in words if name.split("_")[0] in {"k", "v", "by", "did", "lead", "who"}]
    listed = [" ".join(words[name]) for name in (*_PLAIN_LISTS, *cues)]
    return known_words(words, [*(SLOT.sub(" ", text) for text in templates), *listed])


def prepare(notes: Sequence[Note], known: Mapping[str, str]) -> tuple[Scheme, Examples]:
    """Make the scheme of a build from its notes, and the training arrays."""
    rewriter = Rewriter(known)
    tokens = [rewriter.tokens(note.text) for note in notes]
    answers = [_answers(found, note) for found, note in zip(tokens, notes, strict=True)]
    types = [label for labels, _ in answers for label in labels]
    begins = [begin for _, flags in answers for begin in flags]
    rows = _words_with_rows(notes, tokens, answers, known)
    vocab = vocabulary(rewriter, known, rows)
    coarse, count = coarse_shapes(vocab.shapes)
    sizes = Sizes(vocab.lexemes, len(vocab.shapes), count, min(_NEAR, vocab.lexemes))
    scheme = Scheme(rewriter, vocab, coarse, sizes, layout(sizes))
    forgetful = [
        _forgetful(number, found, labels, known, rewriter)
        for number, (found, (labels, _)) in enumerate(zip(tokens, answers, strict=True))
    ]
    return scheme, Examples(table_rows(scheme, forgetful), np.array(types), np.array(begins))


def table_rows(scheme: Scheme, notes: Sequence[Sequence[Token]]) -> Ints:
    """Row of each feature for each token: [feature, token]."""
    number = {token: place for place, token in enumerate(scheme.vocabulary.tokens)}
    unknown = number["[UNK]"]
    ids: list[int] = []
    real: list[bool] = []
    for tokens in notes:
        found = [number.get(token.text, unknown) for token in tokens]
        ids += [0] * REACH + found + [0] * REACH
        real += [False] * REACH + [True] * len(found) + [False] * REACH
    at = np.flatnonzero(np.array(real))
    lexeme = np.array(scheme.vocabulary.lexeme)[np.array(ids)]
    shape = np.array(scheme.vocabulary.shape)[np.array(ids)]
    tracks = {
        "lexeme": lexeme,
        "shape": shape,
        "coarse": np.array(scheme.coarse)[shape],
        "near": np.where(lexeme < scheme.sizes.near, lexeme, 1),
    }
    return np.stack(
        [
            rows_of(feature, lambda name, by: tracks[name][at + by], scheme.sizes)
            for feature in scheme.features
        ]
    )


def _answers(tokens: Sequence[Token], note: Note) -> tuple[list[int], list[float]]:
    types = [0] * len(tokens)
    begins = [0.0] * len(tokens)
    for start, end, label in note.spans:
        inside = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
        for place in inside:
            types[place] = 1 + LABELS.index(label)
            begins[place] = float(place == inside[0])
    return types, begins


def _words_with_rows(
    notes: Sequence[Note],
    tokens: Sequence[Sequence[Token]],
    answers: Sequence[tuple[list[int], list[float]]],
    known: Mapping[str, str],
) -> list[str]:
    """Ordinary words of several families, the commonest first; others teach a family by heart."""
    families: dict[str, set[str]] = defaultdict(set)
    uses: Counter[str] = Counter()
    for note, found, (labels, _) in zip(notes, tokens, answers, strict=True):
        for token, label in zip(found, labels, strict=True):
            word = token.text.lower()
            if label == 0 and known.get(word) == "":
                families[word].add(note.family)
                uses[word] += 1
    kept = [word for word, seen in families.items() if len(seen) >= _LEAST_FAMILIES]
    return sorted(kept, key=lambda word: (-len(families[word]), -uses[word], word))


def _forgetful(
    number: int,
    tokens: Sequence[Token],
    labels: Sequence[int],
    known: Mapping[str, str],
    rewriter: Rewriter,
) -> list[Token]:
    """The tokens with some ordinary words made unknown.

    The tokenizer knows every word of its own templates; without this the model would learn that
    an unknown word is always a name.
    """
    found = []
    for token, label in zip(tokens, labels, strict=True):
        word = token.text.lower()
        lost = (
            label == 0
            and known.get(word) == ""
            and len(word) >= _SHORTEST_FORGOTTEN
            and hashlib.sha256(f"{number}/{word}".encode()).digest()[0] < _FORGOTTEN_OF_256
        )
        found.append(token._replace(text=FIRST + rewriter.word_mark(token.text)) if lost else token)
    return found
