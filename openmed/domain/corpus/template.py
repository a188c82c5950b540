"""The template language: a document's text with places for values.

    {kind} {kind.part} {kind:tag} {kind.part:tag}   a value of the scene, e.g. {patient.last},
                                                    {date:-3} (three days before), {phone:home}
    {pick:this|that}                                one of the alternatives, itself a template
    {num:3-9}                                       a number, not personal, drawn anew each time
    {{ and }}                                       braces

`lines` keeps line ends as written; `prose` joins the lines of a paragraph; `table` repeats a
row, where `#` is the number of the row. Not here: what the kinds mean (`scene`).
"""

from collections.abc import Callable
from string import Formatter
from textwrap import dedent

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Emitter, Item
from openmed.domain.corpus.scene import Scene

Writer = Callable[[Emitter, Draws], None]
"""Writes one document."""


def lines(text: str) -> Writer:
    """Make a writer that keeps the layout of the template."""
    layout = dedent(text).strip("\n")

    def write(out: Emitter, draws: Draws) -> None:
        fill(out, Scene(draws), layout)

    return write


def prose(text: str) -> Writer:
    """Make a writer that joins the lines of each paragraph."""
    paragraphs = dedent(text).strip("\n").split("\n\n")
    return lines("\n\n".join(" ".join(paragraph.split("\n")) for paragraph in paragraphs))


def table(*, head: str, row: str, foot: str, rows: tuple[int, int]) -> Writer:
    """Make a writer of a head, from `rows[0]` to `rows[1]` rows, and a foot."""
    top, line, bottom = (dedent(part).strip("\n") for part in (head, row, foot))

    def write(out: Emitter, draws: Draws) -> None:
        count = draws.integer(*rows)
        body = (line.replace("#", str(number)) for number in range(1, count + 1))
        fill(out, Scene(draws), "\n".join(part for part in (top, *body, bottom) if part))

    return write


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
    if field == "pick":
        fill(out, scene, scene.draws.choice(_alternatives(argument)))
        return
    if field == "num":
        low, high = argument.split("-")
        out.say(str(scene.draws.integer(int(low), int(high))))
        return
    kind, _, part = field.partition(".")
    value = scene.value(kind, part=part, tag=argument)
    if isinstance(value, Item):
        out.emit(value.label, value.value)
    else:
        out.say(value)


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
