"""Help that fits: commands in groups, options short, each example on a line of its own.

A command's docstring is its help: one line, perhaps a paragraph, then lines `Example: openmed …`.
"""

from collections.abc import Iterable, Iterator

import click

from openmed.cli.render.layout import folded

EXAMPLE = "Example: "
WIDEST = 100
"""Columns of a help at most: longer lines are hard to read."""
_NAMES = 26
"""Columns of names at most; a longer one stands on a line of its own."""


class HelpFormatter(click.HelpFormatter):
    """click's formatter, which would not go below 50 columns."""

    def write_dl(
        self,
        rows: Iterable[tuple[str, str]],
        col_max: int = _NAMES,
        col_spacing: int = 2,
    ) -> None:
        """Write names and what they mean; side by side where there is room."""
        pairs = list(rows)
        room = self.width - self.current_indent
        names = min(max((len(name) for name, _ in pairs), default=0), col_max)
        is_narrow = room - names - col_spacing < _NAMES
        for name, text in pairs:
            lines = list(self._definition(name, text, names=0 if is_narrow else names))
            self.write("".join(f"{' ' * self.current_indent}{line}\n" for line in lines))

    def _definition(self, name: str, text: str, *, names: int) -> Iterator[str]:
        room = self.width - self.current_indent
        if not names:
            yield from folded(name, width=room)
            yield from (f"    {line.strip()}" for line in folded(text, width=room - 4))
            return
        first, *others = folded(text, width=room - names - 4)
        if len(name) > names:
            yield from folded(name, width=room)
            name = ""
        yield f"{name.ljust(names)}  {first.strip()}".rstrip()
        for line in others:
            yield f"{' ' * names}  {line.strip()}"


class HelpContext(click.Context):
    """A context whose help is ours."""

    formatter_class: type[click.HelpFormatter] = HelpFormatter


class Command(click.Command):
    """A command whose examples stand on lines of their own."""

    context_class: type[click.Context] = HelpContext

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help without its examples, then the examples."""
        text, examples = parted(self.help or "")
        self.help, whole = text, self.help
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = whole
        if examples:
            with formatter.section("Examples"):
                for example in examples:
                    room = formatter.width - formatter.current_indent
                    for line in folded(example, width=room):
                        formatter.write(f"{' ' * formatter.current_indent}{line}\n")


def parted(text: str) -> tuple[str, tuple[str, ...]]:
    """A help without its examples, and the examples."""
    lines = text.splitlines()
    examples = tuple(
        line.strip().removeprefix(EXAMPLE) for line in lines if line.strip().startswith(EXAMPLE)
    )
    rest = [line for line in lines if not line.strip().startswith(EXAMPLE)]
    return "\n".join(rest).strip(), examples
