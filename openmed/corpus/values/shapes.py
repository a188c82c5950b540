"""How a value is disguised without ceasing to be what it is: spaced, regrouped, misread, broken.

A template asks for a shape after the kind, e.g. `{ssn.spaced}` or `{patient.full.homoglyphs}`.
The result is one gold span, as the plain value is. Not here: which values there are.
"""

from collections.abc import Callable
from typing import Final

from openmed.corpus.draws import Draws

_ZERO_WIDTH: Final = "\u200b"
_NO_BREAK_SPACE: Final = "\u00a0"
_NO_BREAK_HYPHEN: Final = "\u2011"
_SOFT_HYPHEN: Final = "\u00ad"
_RUN: Final = 3
# Latin letters to Cyrillic ones that look the same.
_TWINS: Final = str.maketrans(
    "aceopxyABCEHKMOPTX",
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443"
    "\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u041e\u0420\u0422\u0425",
)
_MISREAD: Final = {
    "0": "O", "1": "l", "5": "S", "8": "B", "2": "Z", "6": "b", "O": "0", "l": "1", "I": "l",
    "S": "5", "B": "8", "e": "c", "n": "ri", "m": "rn", "o": "0", "g": "q",
}  # fmt: skip
_WIDE: Final = str.maketrans({str(digit): chr(0xFF10 + digit) for digit in range(10)})
_BOLD: Final = str.maketrans(
    {
        **{chr(65 + at): chr(0x1D400 + at) for at in range(26)},
        **{chr(97 + at): chr(0x1D41A + at) for at in range(26)},
        **{chr(48 + at): chr(0x1D7CE + at) for at in range(10)},
    }
)
_TAGS: Final = ("+clinic", "+lab", "+rx7", "+mychart", "+2nd")


def spoiled(value: str) -> str:
    """Count the last digit one up, so that no check digit is right any more.

    Raises:
        ValueError: there is no digit.
    """
    at = max((place for place, letter in enumerate(value) if letter in "0123456789"), default=-1)
    if at < 0:
        msg = "a value without digits has no check digit"
        raise ValueError(msg)
    return f"{value[:at]}{(int(value[at]) + 1) % 10}{value[at + 1 :]}"


def _bare(value: str) -> str:
    return "".join(character for character in value if character.isalnum())


def _grouped(value: str, draws: Draws) -> str:
    rest, groups, joint = _bare(value), [], draws.choice((" ", ".", "-", "/"))
    while rest:
        size = draws.integer(2, 4)
        groups.append(rest[:size])
        rest = rest[size:]
    return joint.join(groups)


def _broken(value: str, _: Draws) -> str:
    if " " in value:
        return value.replace(" ", "\n", 1)
    middle = len(value) // 2
    joints = [at + 1 for at, letter in enumerate(value[:-1]) if not letter.isalnum()]
    at = min(joints, key=lambda place: abs(place - middle), default=middle)
    return f"{value[:at]}\n{value[at:]}"


def _unbreakable(value: str, _: Draws) -> str:
    shown = value.replace(" ", _NO_BREAK_SPACE).replace("-", _NO_BREAK_HYPHEN)
    return shown if shown != value else _joined(value, _NO_BREAK_SPACE)


def _joined(value: str, joint: str) -> str:
    return joint.join(value[start : start + _RUN] for start in range(0, len(value), _RUN))


def _misread(value: str, draws: Draws) -> str:
    places = [at for at, letter in enumerate(value) if letter in _MISREAD]
    chosen = draws.sample(places, min(2, len(places)))
    return "".join(_MISREAD[c] if at in chosen else c for at, c in enumerate(value))


def _tagged(value: str, draws: Draws) -> str:
    return value.replace("+clinic", "").replace("@", f"{draws.choice(_TAGS)}@")


SHAPES: Final[dict[str, Callable[[str, Draws], str]]] = {
    "upper": lambda value, _: value.upper(),
    "lower": lambda value, _: value.lower(),
    "bare": lambda value, _: _bare(value),
    "spaced": lambda value, _: " ".join(_bare(value)),
    "grouped": _grouped,
    "broken": _broken,
    "unbreakable": _unbreakable,
    "zerowidth": lambda value, _: _joined(value, _ZERO_WIDTH),
    "softhyphen": lambda value, _: _SOFT_HYPHEN.join(
        (value[: len(value) // 2], value[len(value) // 2 :])
    ),
    "homoglyphs": lambda value, _: value.translate(_TWINS),
    "misread": _misread,
    "wide": lambda value, _: value.translate(_WIDE),
    "bold": lambda value, _: value.translate(_BOLD),
    "underscored": lambda value, _: value.replace(" ", "_"),
    "plus": _tagged,
    "spoiled": lambda value, _: spoiled(value),
}
"""Ways to disguise a value, by name; each takes the value and the document's draws."""
