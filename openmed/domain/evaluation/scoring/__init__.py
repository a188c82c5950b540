"""Gold and predicted spans → counts. Definitions: `docs/concepts/glossary.md`, section Measures."""
