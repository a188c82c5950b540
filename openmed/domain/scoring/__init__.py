"""Gold and predicted spans → counts. Definitions: `docs/glossary.md`, section Measures."""

from openmed.domain.scoring.score import score

__all__ = ["score"]
