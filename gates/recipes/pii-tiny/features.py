"""Tokens and their ids: one description for training and for `tokenizer.json`.

Digits become `0`; structured values (a date, an e-mail address, a number with a letter) and words
the tokenizer does not know become one class token each, so that an unseen name still tells its
case and its neighbours still fit the model's window. Only rewriting rules are used that Python's
`re` and the tokenizers library read alike; `Replace` gives new text the offset of the last
character it replaced, so a rule keeps the first character and rewrites the rest.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent
_UPPER = "A-ZÀ-ÖØ-Þ"
_LOWER = "a-zß-öø-ɏ"
_LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"
_MARK = 0xE000
FIRST = chr(_MARK)
MARKS = f"{chr(_MARK + 1)}-{chr(_MARK + 0xFF)}"
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
LONGEST_NUMBER = 24
_SHORT = 3
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
PAD, UNKNOWN = "[PAD]", "[UNK]"


class Rule(NamedTuple):
    """A class of text: what starts it (one character is kept), and the rest of it."""

    name: str
    head: str
    tail: str


class Token(NamedTuple):
    """A token as the model sees it, and where it stands in the text."""

    text: str
    start: int
    end: int


# In order: an earlier rule takes its text away from the later ones.
_STRUCTURED = (
    Rule("EMAIL", r"(?<![%L0._+-])[%L0]", r"[%L0._%+'-]*@[%L0-]+(?:\.[%L0-]+)+"),
    Rule("URL", r"(?<![%L0])[hHwW]", r"(?i:ttps?://|ww\.)[^\s<>\"|,;]*[%L0/]"),
    Rule(
        "URL",
        r"(?<![%L0@.])[a-zA-Z]",
        r"[a-zA-Z0-]*(?:\.[a-zA-Z0-]+)*\.(?i:com|org|net|gov|edu|example|test|invalid)(?![%L0])(?:/[^\s<>\"|,;]*[%L0/]|/)?",
    ),
    Rule("IP", r"(?<![0.])0", r"0{0,2}(?:\.0{1,3}){3}(?!0|\.0)"),
    Rule(
        "IP",
        r"(?<![%L0:])[0a-fA-F]",
        r"[0a-fA-F]{0,3}(?::[0a-fA-F]{1,4})*::[0a-fA-F]{0,4}(?::[0a-fA-F]{1,4})*(?![%L0:])",
    ),
    Rule("IP", r"(?<![%L0:])[0a-fA-F]", r"[0a-fA-F]{0,3}(?::[0a-fA-F]{1,4}){5,7}(?![%L0:])"),
    Rule(
        "DATE", r"(?<![%L0/.-])0", r"(?:0?[/.-]00?[/.-](?:0000|00)|000[/.-]00?[/.-]00?)(?!0|[/.-]0)"
    ),
    Rule("DATE", r"(?<![%L0])0", rf"0?[-/.]?(?i:{MONTHS})[-/.]?(?:0000|00)(?![%L0])"),
    Rule("MONTHYEAR", r"(?<![0/.-])0", r"0?[/-]0000(?![0/-])"),
    Rule("CARD", r"(?<![%L0-])0", r"000(?:[ -]0000[ -]0000[ -]0000|[ -]000000[ -]00000)(?![-0])"),
    Rule("SSN", r"(?<![%L0-])0", r"00[- .]00[- .]0000(?![-0])"),
    Rule("PHONE", r"(?<![%L0+/-])[+]", r"0{1,3}[ .-]?\(?000\)?[ .-]?000[ .-]?0000(?![-0])%E"),
    Rule("PHONE", r"(?<![%L0+/-])[(]", r"000\)[ .-]?000[ .-]0000(?![-0])%E"),
    Rule("PHONE", r"(?<![%L0+/-])0", r"(?:00[-. /]|[-. ]\(?000\)?[-. ]?)000[-. ]0000(?![-0])%E"),
    Rule("PHONE7", r"(?<![%L0-])0", r"00[-.]0000(?![-0])"),
    Rule("ZIP4", r"(?<![%L0-])0", r"0000-0000(?![-0])"),
    Rule("TIME", r"(?<![0:])0", r"0?:00(?::00)?(?![0:])"),
    Rule("MONTHDAY", r"(?<![0/.])0", r"0?/00?(?![0/])"),
    Rule("PRESSURE", r"(?<![0/.])0", r"00/00{1,2}(?![0/])"),
    Rule("AMOUNT", r"(?<![0.,])0", r"0*(?:,000)*\.0+(?![.0])|0{0,2}(?:,000)+(?![.0])"),
    Rule("GROUPED", r"(?<![%L0-])0", r"(?=(?:-?0){5})0*(?:-0+)+(?![%L0])"),
    Rule("RANGE", r"(?<![%L0-])0", r"0*-0+(?![%L0-])"),
    Rule("SPACED", r"(?<![%L0.,/-])0", r"(?=(?: ?0){5})0+(?: 00+)+(?![%L0.,/-])"),
    Rule(
        "QUANTITY",
        r"(?<![%L0.-])0",
        r"0{0,3}(?i:mg|mcg|ml|g|kg|cm|mm|l|h|hr|hrs|yo|x|u|units?|meq|f|c|w|d|m)(?![%L0])",
    ),
    Rule("ORDINAL", r"(?<![%L0.-])0", r"0?(?i:st|nd|rd|th)(?![%L0])"),
    Rule("CODE", r"(?<![%L0-])[a-zA-Z]", r"[a-zA-Z]?-0{4,}(?:-0+)*(?![%L0])"),
    Rule(
        "LONGCODE",
        r"(?<![%L0])(?=[%L]{0,3}0)(?=[%L0-]*[%L])(?=(?:[%L-]*0){6})[%L0]",
        r"(?:[%L0]|-(?=[%L0]*0))+",
    ),
    Rule(
        "CODE",
        r"(?<![%L0])(?=[%L]{0,3}0)(?=[%L0-]*[%L])(?=(?:[%L-]*0){4})[%L0]",
        r"(?:[%L0]|-(?=[%L0]*0))+",
    ),
    Rule("ICD", r"(?<![%L0])[a-zA-Z]", r"00\.0{1,2}(?![%L0])"),
    Rule("SHORTCODE", r"(?<![%L0])(?=[%L]*0)(?=0*[%L])[%L0]", r"[%L0]+"),
)
_WORDS = (
    Rule("CAPITAL", r"(?<![%L])(?=[%U][%L]*[%l])(?!%K)[%U]", r"[%L]+"),
    Rule("CAPITALS", r"(?<![%L])(?!%K)[%U]", r"[%L]+"),
    Rule("SMALL", r"(?<![%L])(?!%K)[%l]", r"[%L]+"),
)
_LISTS = (
    "state",
    "first",
    "last",
    "month",
    "weekday",
    "street_type",
    "relation",
    "honorific",
    "credential",
    "doctor",
)


class Vocabulary(NamedTuple):
    """Tokens by id, with the lexeme and the shape of each.

    Attributes:
        tokens: the tokens; the position is the id.
        lexeme: row of the word tables; 0 = padding, 1 = a word without a row of its own.
        shape: row of the shape tables.
        lexemes: how many lexemes there are.
        shapes: names of the shapes.
    """

    tokens: tuple[str, ...]
    lexeme: tuple[int, ...]
    shape: tuple[int, ...]
    lexemes: int
    shapes: tuple[str, ...]


class Rewriter:
    """Text to tokens."""

    def __init__(self, known: Iterable[str]) -> None:
        trie = f"(?i:{_trie_pattern(known)})(?![{_LETTER}])"
        rules = [*_STRUCTURED, *_WORDS]
        self.names = tuple(dict.fromkeys(rule.name for rule in rules))
        self.rules = tuple(
            Rule(rule.name, _expanded(rule.head, trie), _expanded(rule.tail, trie))
            for rule in rules
        )
        self.split = rf"{FIRST}[{MARKS}]|[{_LETTER}]+|0+|\n|[^\s]"
        self._compiled = [
            (self.mark(rule.name), re.compile(f"({rule.head})(?:{rule.tail})"))
            for rule in self.rules
        ]
        self._split = re.compile(self.split)

    def mark(self, name: str) -> str:
        """The character that stands for a class."""
        return chr(_MARK + 1 + self.names.index(name))

    def word_mark(self, word: str) -> str:
        """The class of the word if it were unknown."""
        if word.islower():
            return self.mark("SMALL")
        return self.mark("CAPITALS" if word.isupper() else "CAPITAL")

    def tokens(self, text: str) -> list[Token]:
        """What the tokenizers library makes of the text with our `tokenizer.json`."""
        text = re.sub(r"\d", "0", text)
        ends = list(range(1, len(text) + 1))
        for mark, pattern in self._compiled:
            parts: list[str] = []
            kept: list[int] = []
            last = 0
            for match in pattern.finditer(text):
                cut = match.end(1)
                parts += (text[last:cut], mark)
                kept += ends[last:cut]
                kept.append(ends[match.end() - 1])
                last = match.end()
            if parts:
                text = "".join(parts) + text[last:]
                ends = kept + ends[last:]
        text = re.sub(rf"\S(?=[{MARKS}])", FIRST, text)
        found = []
        for match in self._split.finditer(text):
            start, end = match.span()
            # The first character of a token is never rewritten together with others.
            found.append(Token(match[0], ends[start] - 1, ends[end - 1]))
        return found


def known_words(lists: Mapping[str, Sequence[str]], texts: Iterable[str]) -> dict[str, str]:
    """The words the tokenizer knows, in small letters, and the list each is on (or none)."""
    found: dict[str, str] = {}
    ordinary = (_FOLDER / "known.txt").read_text(encoding="utf-8")
    for text in (ordinary, *texts):
        for word in re.findall("[A-Za-z]{2,}", text):
            found[word.lower()] = ""
    for name in _LISTS:
        for item in lists[f"{name}_listed"]:
            # A name that is also an ordinary word stays ordinary: its neighbours decide.
            if len(item) > 1 and (
                name not in {"first", "last"} or found.get(item.lower(), "") == ""
            ):
                found[item.lower()] = name
    return dict(sorted(found.items()))


def vocabulary(rewriter: Rewriter, known: Mapping[str, str], rows: Sequence[str]) -> Vocabulary:
    """Number the tokens; `rows` are the words with weights of their own, in order."""
    lexeme_of = {word: 2 + number for number, word in enumerate(rows)}
    shapes: dict[str, int] = {}
    table: dict[str, tuple[int, int]] = {}

    def add(token: str, shape: str, lexeme: int = 1) -> None:
        table.setdefault(token, (lexeme, shapes.setdefault(shape, len(shapes))))

    add(PAD, "PAD", 0)
    add(UNKNOWN, "UNKNOWN")
    for name in rewriter.names:
        add(FIRST + rewriter.mark(name), name)
    for length in range(1, LONGEST_NUMBER + 1):
        add("0" * length, f"NUMBER{min(length, 12)}")
    for char in PUNCTUATION:
        add(char, char)
    add("\n", "NEWLINE")
    for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        add(char, "LETTER")
        add(char.lower(), "letter")
    # In small letters most state codes, "may" and "sat" are ordinary words.
    short = {word for word, listed in known.items() if listed in {"month", "weekday"}}
    states = {word for word, listed in known.items() if listed == "state"}
    ordinary = {(word, "word") for word in states | {word for word in short if len(word) <= _SHORT}}
    ordinary |= {(word, "Word") for word in states}
    for word, listed in known.items():
        lexeme = lexeme_of.get(word, 1)
        for form, case in ((word, "word"), (word.capitalize(), "Word"), (word.upper(), "WORD")):
            shape = case if not listed or (word, case) in ordinary else f"{listed}:{case}"
            add(form, shape, lexeme)
    return Vocabulary(
        tokens=tuple(table),
        lexeme=tuple(lexeme for lexeme, _ in table.values()),
        shape=tuple(shape for _, shape in table.values()),
        lexemes=2 + len(rows),
        shapes=tuple(shapes),
    )


def _expanded(pattern: str, trie: str) -> str:
    for name, value in (
        ("%L", _LETTER),
        ("%U", _UPPER),
        ("%l", _LOWER),
        ("%K", trie),
        ("%E", r"(?: (?i:x|ext\.?) ?0{2,5}(?!0))?"),
    ):
        pattern = pattern.replace(name, value)
    return pattern


class _Node(dict[str, "_Node"]):
    """The next characters of the words that begin alike; the empty one says that a word ends."""


def _trie_pattern(words: Iterable[str]) -> str:
    root = _Node()
    for word in sorted(words):
        node = root
        for char in word:
            node = node.setdefault(char, _Node())
        node[""] = _Node()
    return _node_pattern(root)


def _node_pattern(node: _Node) -> str:
    parts = [char + _node_pattern(child) for char, child in node.items() if char]
    if not parts:
        return ""
    if "" in node:
        return f"(?:{'|'.join(parts)})?"
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
