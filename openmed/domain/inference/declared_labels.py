"""What a runner profile can find: the labels its label map and its rules lead to."""

from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.rules import RULES
from openmed.domain.text.labels import BY_NAME, IGNORE


def declared_labels(profile: RunnerProfile) -> tuple[str, ...]:
    """Canonical labels of a profile, by name; every label when it maps none."""
    maps = [part.label_map for part in (profile.tokens, profile.spans) if part is not None]
    found = {rule.canonical for label_map in maps for rule in label_map} | {
        RULES[name].label for name in profile.rules if name in RULES
    }
    declared = {BY_NAME[name].declared_as or name for name in found - {IGNORE}}
    fine = (facts.name for facts in BY_NAME.values() if not facts.is_coarse)
    return tuple(sorted(declared or fine))
