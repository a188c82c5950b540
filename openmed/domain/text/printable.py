"""Text made safe to show: nothing in it can move a cursor, hide or reorder what is shown.

Names of files, models and gates, and messages of other programs, end up on terminals. Escape
sequences, line ends and bidirectional controls in them are shown as escapes instead.
"""


def printable(text: str) -> str:
    """One line in which every control, format or unassigned character is shown as an escape."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - the widths of Python's own escapes
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - as above
