"""The shared tools of the renderers: one jinja2 environment, and how numbers are written.

Shares of what is good are rounded down and shares of what is bad are rounded up, so no
page shows 100.00 % while something is missed, nor 0.00 % while something leaks.
"""

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from openmed.domain.trust.inputs import RenderedFile, Template, TrustInputs

NO_DATA = "no data"
_KIB = 1024
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#+!|&~-])")


def render(
    inputs: TrustInputs, template: str, path: str, context: Mapping[str, object]
) -> RenderedFile:
    """Render one template into one file."""
    made = _environment(inputs.templates).get_template(template)
    text = made.render(root="../" * path.count("/"), **context)
    return RenderedFile(path=path, content=text.rstrip("\n") + "\n")


@lru_cache(maxsize=1)
def _environment(templates: tuple[Template, ...]) -> Environment:
    """Compiling the templates takes longer than rendering them, so it is done once."""
    environment = Environment(
        loader=DictLoader({t.name: t.source for t in templates}),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        digest=short_digest, size=size, md=markdown_safe, yaml=json_string, number=number
    )
    return environment


def share_down(part: float, whole: float) -> str:
    """A share of something good, in percent, rounded down; `no data` without a whole."""
    if not whole:
        return NO_DATA
    return f"{math.floor(part * 10_000 / whole) / 100:.2f} %"


def share_up(part: float, whole: float) -> str:
    """A share of something bad, in percent, rounded up; `no data` without a whole."""
    if not whole:
        return NO_DATA
    return f"{math.ceil(part * 10_000 / whole) / 100:.2f} %"


def share_of_one(value: float | None) -> str:
    """A share given as a number from 0 to 1, rounded down."""
    return NO_DATA if value is None else share_down(value, 1)


def number(value: float | None) -> str:
    """A measured number: counts without decimals, shares with four."""
    if value is None:
        return NO_DATA
    return str(int(value)) if value == int(value) and value > 1 else f"{value:.4f}"


def short_digest(value: str | None) -> str:
    """The first 16 digits of a digest: enough to compare by eye."""
    return (value or "")[:16]


def size(value: int) -> str:
    """Bytes for people."""
    if value < _KIB:
        return f"{value} B"
    if value < _KIB**2:
        return f"{value / _KIB:.1f} KiB"
    return f"{value / _KIB**2:.1f} MiB"


def json_string(value: object) -> str:
    """A value as a JSON string or list, which YAML reads as the same."""
    return json.dumps(value, ensure_ascii=False)


def markdown_safe(value: object) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(value).split())).replace("\\<", "&lt;")
