"""The shared tools of the renderers: one jinja2 environment, and what templates call."""

import json
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from openmed.domain.pages.inputs import RenderedFile, Template
from openmed.domain.text.markdown import markdown_safe
from openmed.domain.text.number_format import number, short_digest, size
from openmed.printable import printable, printable_json


def render(
    templates: tuple[Template, ...], template: str, path: str, context: Mapping[str, object]
) -> RenderedFile:
    """Render one template into one file."""
    made = _environment(templates).get_template(template)
    text = made.render(root="../" * path.count("/"), **context)
    return RenderedFile(path=path, content=text.rstrip("\n") + "\n")


def render_piece(
    templates: tuple[Template, ...], template: str, context: Mapping[str, object], *, root: str
) -> str:
    """Render one template into a piece of a page, which `as_piece` puts there as it is.

    Args:
        templates: all of them.
        template: the one meant.
        context: what it is filled with.
        root: way from the page to where pages begin.
    """
    made = _environment(templates).get_template(template)
    return made.render(root=root, **context).rstrip("\n")


def as_piece(text: str) -> Markup:
    """A piece that a template made: what is in it was escaped then."""
    return Markup(text)  # noqa: S704 - made by `render_piece` alone


@lru_cache(maxsize=1)
def _environment(templates: tuple[Template, ...]) -> Environment:
    """Compiling the templates takes longer than rendering them, so it is done once."""
    environment = Environment(
        loader=DictLoader({t.name: t.source for t in templates}),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        digest=short_digest,
        size=size,
        md=markdown_safe,
        yaml=json_string,
        number=number,
        cells=_cells,
        piece=as_piece,
    )
    return environment


def _cells(row: Mapping[str, object], *names: str) -> Markup:
    """Cells of numbers in a row of a table: a page has hundreds, and a template asks each twice."""
    cells = (f'<td class="n">{_cell(str(row[name]))}</td>' for name in names)
    return Markup("".join(cells))  # noqa: S704 - each is escaped


@lru_cache(maxsize=16_384)
def _cell(text: str) -> str:
    return str(escape(printable(text)))


def json_string(value: object) -> str:
    """A value as a JSON string or list, which YAML reads as the same."""
    return printable_json(json.dumps(value, ensure_ascii=False))


def _shown(value: object) -> object:
    """What a template shows; a piece that it made itself has lines of its own."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
