"""The picture of a run: seconds by slots, both axes logarithmic, one line a program."""

import math
from collections.abc import Mapping, Sequence
from html import escape

Points = Sequence[tuple[int, float]]

_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 210, 30, 50
_COLOURS = ("#0b6e99", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#475569", "#be185d", "#0f766e")


def picture(lines: Mapping[str, Points], *, title: str) -> str:
    """SVG of lines, by name: pairs of slots and seconds, slots ascending."""
    slots = sorted({at for points in lines.values() for at, _ in points})
    seconds = [value for points in lines.values() for _, value in points]
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    first, last = math.log10(slots[0]), math.log10(max(slots[-1], slots[0] * 10))

    def across(at: int) -> float:
        return _LEFT + (math.log10(at) - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)

    def down(value: float) -> float:
        share = (math.log10(value) - low) / (high - low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
        'role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    for power in range(low, high + 1):
        y = down(10.0**power)
        parts += [
            f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#e2e8f0"/>',
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>',
        ]
    for at in slots:
        parts.append(
            f'<text x="{across(at):.1f}" y="{_HEIGHT - _BOTTOM + 18}" '
            f'text-anchor="middle">{at:,}</text>'
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 12}" text-anchor="middle">slots</text>')
    names = _spread({name: down(points[-1][1]) for name, points in lines.items()})
    for colour, (name, points) in zip(_cycle(len(lines)), lines.items(), strict=True):
        path = "L".join(f"{across(at):.1f} {down(value):.1f}" for at, value in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{across(at):.1f}" cy="{down(value):.1f}" r="3" fill="{colour}"/>'
            for at, value in points
        ]
        parts.append(
            f'<text x="{across(points[-1][0]) + 8:.1f}" y="{names[name] + 4:.1f}" '
            f'fill="{colour}">{escape(name)} {points[-1][1]:.2g} s</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _spread(wanted: Mapping[str, float]) -> Mapping[str, float]:
    """Heights of names, so far apart that none covers another."""
    placed: dict[str, float] = {}
    lowest = -math.inf
    for name, y in sorted(wanted.items(), key=lambda pair: pair[1]):
        lowest = max(y, lowest + 14)
        placed[name] = lowest
    return placed


def _cycle(count: int) -> Sequence[str]:
    return [_COLOURS[at % len(_COLOURS)] for at in range(count)]
