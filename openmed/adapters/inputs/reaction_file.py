"""Reads `gates/reaction.toml`; a repository of an older engine has the one that is shipped."""

from pathlib import Path

from openmed.adapters.inputs.scaffold_files import shipped_file
from openmed.adapters.inputs.toml_tables import TomlTables, parsed
from openmed.domain.monitoring.reaction.reaction_policy import (
    FILE,
    ReactionPolicy,
    reaction_policy,
)
from openmed.errors import PolicyError


def read_reaction(root: Path) -> ReactionPolicy:
    """What follows from each kind of regression.

    Raises:
        PolicyError: the file cannot be used.
    """
    if (root / FILE).exists():
        return reaction_policy(TomlTables(root).read(FILE, PolicyError).content, what=FILE)
    return shipped_reaction()


def shipped_reaction() -> ReactionPolicy:
    """The same as this engine ships it."""
    what = f"the shipped {FILE}"
    return reaction_policy(parsed(shipped_file(FILE), what, PolicyError), what=what)
