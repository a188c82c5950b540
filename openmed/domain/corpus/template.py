"""The template language: a document's text with places for values.

    {kind} {kind.part} {kind:tag} {kind.part:tag}   a value of the scene, e.g. {patient.last},
                                                    {date:-3} (three days before), {phone:home}
    {kind.shape:tag} {kind.part.shape:tag}          the value in a shape (`shapes`)
    {pick:this|that}                                one of the alternatives, itself a template
    {g:he|she} {g.provider.tag:he|she}              by the sex of a person, first for a man
    {num:3-9}                                       a number, not personal, drawn anew each time
    {rows:3-5|row}                                  so many rows, `#` = number of the row
    {edge:128}                                      words up to about that many tokens
    {{ and }}                                       braces

`lines` keeps line ends as written; `prose` joins the lines of a paragraph; `table` repeats a
row. Not here: what the kinds mean (`scene`).
"""

from collections.abc import Callable
from string import Formatter
from textwrap import dedent

from openmed.domain.corpus.emitter import Emitter, Item
from openmed.domain.corpus.filler import filler
from openmed.domain.corpus.scene import Scene

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


def table(*, head: str, row: str, foot: str, rows: tuple[int, int]) -> Writer:
    """Make a writer of a head, from `rows[0]` to `rows[1]` rows, and a foot."""
    top, line, bottom = (dedent(part).strip("\n") for part in (head, row, foot))
    body = f"{{rows:{rows[0]}-{rows[1]}|{line}}}"
    return lines("\n".join(part for part in (top, body, bottom) if part))


def fill(out: Emitter, scene: Scene, template: str) -> None:
    """Append a filled template to a text.

    Raises:
        KeyError: the template asks for a kind that does not exist.
    """
    for text, field, argument, _ in Formatter().parse(template):
        out.say(text)
        if field is not None:
            _place(out, scene, field=field, argument=argument or "")


def _place(out: Emitter, scene: Scene, *, field: str, argument: str) -> None:
    match field:
        case "pick":
            fill(out, scene, scene.draws.choice(_alternatives(argument)))
        case "num":
            out.say(str(scene.draws.integer(*_range(argument))))
        case "rows":
            count, _, row = argument.partition("|")
            for number in range(1, scene.draws.integer(*_range(count)) + 1):
                out.say("\n" if number > 1 else "")
                fill(out, scene, row.replace("#", str(number)))
        case "edge":
            out.say(filler(out.text, upto=int(argument), draws=scene.draws))
        case _:
            _place_value(out, scene, field=field, tag=argument)


def _place_value(out: Emitter, scene: Scene, *, field: str, tag: str) -> None:
    kind, _, part = field.partition(".")
    value = scene.value(kind, part=part, tag=tag)
    if isinstance(value, Item):
        out.emit(value.label, value.value)
    else:
        out.say(value)


def _range(argument: str) -> tuple[int, int]:
    low, high = argument.split("-")
    return int(low), int(high)


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
