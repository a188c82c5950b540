"""What is done for people who download; no release repository is needed."""
