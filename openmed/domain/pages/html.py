"""The shared tools of the renderers: one jinja2 environment, and what templates call."""

import json
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

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
        digest=short_digest, size=size, md=markdown_safe, yaml=json_string, number=number
    )
    return environment


def json_string(value: object) -> str:
    """A value as a JSON string or list, which YAML reads as the same."""
    return printable_json(json.dumps(value, ensure_ascii=False))


def _shown(value: object) -> object:
    """What a template shows; a piece that it made itself has lines of its own."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
