"""What a policy entitles to."""

from enum import StrEnum


class Grade(StrEnum):
    """What passing the policy entitles to; pages never show a preview as green."""

    GREEN = "green"
    PREVIEW = "preview"
