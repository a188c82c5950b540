"""A suggested policy as the text of its file: each number with its reason beside it."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from openmed.domain.digest import Json
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.suggested.suggestion import Suggestion
from openmed.domain.gates.suggested.values import SuggestedGate, SuggestedKey

_WIDTH = 110
_FIRST = ("suite", "suites", "label", "language", "format", "tier")
"""Keys that say what the others of a table or row are about."""


def policy_text(suggestion: Suggestion) -> str:
    """The file."""
    lines = [line for sentence in suggestion.said for line in _comment(sentence)]
    lines += ["", *_head(suggestion.frame)]
    for gate in suggestion.gates:
        lines += ["", *_gate(gate)]
    return "".join(f"{line}\n" for line in lines)


def _head(frame: Policy) -> Iterator[str]:
    yield 'schema = "openmed.policy/1"'
    yield f"milestone = {_value(frame.milestone)}"
    yield from _comment("A preview is never shown as green, and is not bound by floor.toml.")
    yield 'grade = "preview"'
    yield f"reason = {_value(REASON)}"
    yield from _comment("Suites that have gold of the declared labels in the declared languages.")
    yield f"suites = {_value([*frame.suites])}"
    yield f"performance_suite = {_value(frame.performance_suite)}"
    yield f"max_age_hours = {frame.max_age_hours}"
    yield from _comment("A developer's own key counts for a preview.")
    yield f"verifiers = {_value([*frame.verifiers])}"
    written = frame.model_dump(mode="json", by_alias=True)
    for name in _OPTIONAL:
        if name in written:
            yield f"{name} = {_value(written[name])}"


REASON = "Suggested from measured values; review it before anybody relies on it."
_OPTIONAL = (
    "recheck_documents", "recheck_rate", "isolation", "isolation_reason", "requires",
)  # fmt: skip


def _gate(gate: SuggestedGate) -> Iterator[str]:
    yield f"[gates.{gate.id}]"
    if not gate.blocking:
        yield "blocking = false"
    yield f"reason = {_value(gate.reason)}"
    if gate.not_applicable is not None:
        yield f"not_applicable = {_value(gate.not_applicable)}"
    for key in sorted(gate.keys, key=lambda one: one.name not in _FIRST):
        yield from _key(key)


def _key(key: SuggestedKey) -> Iterator[str]:
    yield from _comment(key.why)
    rows = key.value
    if isinstance(rows, list) and rows and all(isinstance(row, Mapping) for row in rows):
        yield f"{key.name} = ["
        yield from (f"  {_value(row)}," for row in rows)
        yield "]"
        return
    yield f"{key.name} = {_value(rows)}"


def _comment(sentence: str) -> Iterable[str]:
    return [f"# {line}" for line in textwrap.wrap(sentence, _WIDTH)]


def _value(value: Json) -> str:
    """A value in TOML; one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for the one control character that JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        ordered = sorted(value, key=lambda name: (name not in _FIRST, name == "reason"))
        pairs = ", ".join(f"{name} = {_value(value[name])}" for name in ordered)
        return f"{{ {pairs} }}"
    return repr(value)
