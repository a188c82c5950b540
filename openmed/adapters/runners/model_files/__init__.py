"""What the files of a token classifier say besides its weights."""
