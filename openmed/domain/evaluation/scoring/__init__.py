"""Gold and predicted spans → counts. Definitions: `docs/glossary.md`, section Measures."""
