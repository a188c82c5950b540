"""Writing the release notes of the newest tags as pages."""
