"""The template language: a document's text with places for values.

    {kind} {kind.part} {kind:tag} {kind.part:tag}   a value of the scene, e.g. {patient.last},
                                                    {date:-3} (three days before), {phone:home}
    {kind.shape:tag} {kind.part.shape:tag}          the value in a shape (`shapes`)
    {pick:this|that}                                one of the alternatives, itself a template
    {g:he|she} {g.provider.tag:he|she}              by the sex of a person, first for a man
    {num:3-9}                                       a number, not personal, drawn anew each time
    {rows:3-5|row}                                  so many rows, `#` = number of the row
    {edge:128}                                      words up to about that many tokens
    {char:200F}                                     a character that nobody can see, by its number
    {{ and }}                                       braces

`lines` keeps line ends as written; `prose` joins the lines of a paragraph. Not here: what the
kinds mean (`scene`).
"""

import re
from collections.abc import Callable
from string import Formatter
from textwrap import dedent
from typing import Final

from openmed.corpus.emitter import Emitter, Item
from openmed.corpus.filler import filler
from openmed.corpus.scene import Scene, range_of
from openmed.errors import UsageError

_CODE_POINT: Final = re.compile("10[0-9A-F]{4}|[0-9A-F]{4,5}")
Writer = Callable[[Emitter, Scene], None]
"""Writes one document from its scene."""


def lines(text: str) -> Writer:
    """Make a writer that keeps the layout of the template."""
    layout = dedent(text).strip("\n")

    def write(out: Emitter, scene: Scene) -> None:
        fill(out, scene, layout)

    return write


def prose(text: str) -> Writer:
    """Make a writer that joins the lines of each paragraph."""
    paragraphs = dedent(text).strip("\n").split("\n\n")
    return lines("\n\n".join(" ".join(paragraph.split("\n")) for paragraph in paragraphs))


def fill(out: Emitter, scene: Scene, template: str) -> None:
    """Append a filled template to a text.

    Raises:
        UsageError: the template asks for what does not exist, or is not understood.
    """
    for text, field, argument, _ in _fields(template):
        out.say(text)
        if field is not None:
            _place(out, scene, field=field, argument=argument or "")


def _place(out: Emitter, scene: Scene, *, field: str, argument: str) -> None:
    match field:
        case "pick":
            fill(out, scene, scene.draws.choice(_alternatives(argument)))
        case "num":
            out.say(str(scene.draws.integer(*range_of(argument))))
        case "rows":
            count, _, row = argument.partition("|")
            for number in range(1, scene.draws.integer(*range_of(count)) + 1):
                out.say("\n" if number > 1 else "")
                fill(out, scene, row.replace("#", str(number)))
        case "edge":
            edge, _ = range_of(f"{argument}-{argument}")
            words = filler(out.text, upto=edge, draws=scene.draws, sentences=scene.filler)
            out.say(words)
        case "char":
            out.say(_character(argument))
        case _:
            _place_value(out, scene, field=field, tag=argument)


def _place_value(out: Emitter, scene: Scene, *, field: str, tag: str) -> None:
    kind, _, part = field.partition(".")
    value = scene.value(kind, part=part, tag=tag)
    if isinstance(value, Item):
        out.emit(value.label, value.value)
    else:
        out.say(value)


def _fields(template: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(template))
    except ValueError as error:
        raise UsageError(f"a template cannot be read: {error}") from None


def _character(number: str) -> str:
    if not _CODE_POINT.fullmatch(number):
        raise UsageError(f"a character is {number!r}; wanted its number in Unicode, e.g. 200F")
    return chr(int(number, 16))


def _alternatives(argument: str) -> tuple[str, ...]:
    """Split at the bars that stand outside inner braces."""
    parts, depth = [""], 0
    for character in argument:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return tuple(parts)
