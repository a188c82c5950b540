"""Two labels at one place."""


def find(text: str) -> list[tuple[int, int, str]]:
    """Both, the wrong one first."""
    return [(0, 4, "y"), (0, 4, "x")] if text == "Nova" else []
