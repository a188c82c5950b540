"""Layout `conll`: one token a line, a tab, its BIO label; an empty line ends a document.

A document begins with `# id = …` and `# language = …`. Its text is the tokens with one space
between them. Labels are canonical ones; a line is never quoted in an error.
"""

import re
from typing import Final, NamedTuple

from openmed.domain.suites.layouts.layout import SuiteFiles
from openmed.domain.text.labels import BY_NAME
from openmed.domain.text.span import Document, GoldSpan
from openmed.errors import EvidenceError

_COMMENT: Final = re.compile(r"# (id|language) = ([a-z0-9][a-z0-9._-]{0,79})")
_LABEL: Final = re.compile(r"O|([BI])-([A-Z][A-Z0-9_]{1,40})")


class _Token(NamedTuple):
    where: str
    text: str
    prefix: str
    label: str


def read_conll(files: SuiteFiles) -> tuple[Document, ...]:
    """The documents of every file, by id.

    Raises:
        EvidenceError: a line, a label or a document is not as described; an id is given twice.
    """
    found: dict[str, Document] = {}
    for file in files.files:
        what = f"{files.what}: {file.path}"
        try:
            blocks = re.split(r"\n[ \t]*\n", file.data.decode("utf-8"))
        except UnicodeDecodeError:
            raise EvidenceError(f"{what} is not UTF-8") from None
        number = 1
        for block in blocks:
            if block.strip():
                document = _document(block, first=number, what=what)
                if document.id in found:
                    raise EvidenceError(f"{what} line {number}: its id is given twice")
                found[document.id] = document
            number += block.count("\n") + 2
    if not found:
        raise EvidenceError(f"{files.what} holds no documents")
    return tuple(found[key] for key in sorted(found))


def _document(block: str, *, first: int, what: str) -> Document:
    facts: dict[str, str] = {}
    tokens: list[_Token] = []
    for number, line in enumerate(block.split("\n"), start=first):
        where = f"{what} line {number}"
        comment = _COMMENT.fullmatch(line)
        if comment is not None and not tokens:
            facts[comment[1]] = comment[2]
        elif line.strip():
            tokens.append(_token(line, where=where))
    if set(facts) != {"id", "language"} or not tokens:
        raise EvidenceError(f"{what} line {first}: wanted `# id`, `# language` and tokens")
    text, spans = _joined(tokens)
    return Document(
        id=facts["id"],
        language=facts["language"],
        family=facts["id"],
        slice="base",
        smoke=False,
        text=text,
        spans=spans,
    )


def _token(line: str, *, where: str) -> _Token:
    text, _, mark = line.partition("\t")
    label = _LABEL.fullmatch(mark)
    if not text or text != text.strip() or label is None:
        raise EvidenceError(f"{where}: wanted a token, a tab, and O, B-LABEL or I-LABEL")
    name = label[2] or ""
    if name and name not in BY_NAME:
        raise EvidenceError(f"{where}: its label is not a canonical one")
    return _Token(where, text, label[1] or "", name)


def _joined(tokens: list[_Token]) -> tuple[str, tuple[GoldSpan, ...]]:
    spans: list[GoldSpan] = []
    at, before = 0, ""
    for token in tokens:
        end = at + len(token.text)
        if token.prefix == "I":
            if before != token.label:
                raise EvidenceError(f"{token.where}: I- does not go on a span of its label")
            last = spans.pop()
            spans.append(GoldSpan(start=last.start, end=end, label=token.label))
        elif token.prefix == "B":
            spans.append(GoldSpan(start=at, end=end, label=token.label))
        at, before = end + 1, token.label
    return " ".join(token.text for token in tokens), tuple(spans)
