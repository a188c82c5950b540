"""Gold and predicted spans → counts. Definitions: `docs/glossary.md`, section Measures."""

from openmed.domain.scoring.score import in_scope, score

__all__ = ["in_scope", "score"]
