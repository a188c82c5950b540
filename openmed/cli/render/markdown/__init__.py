"""Answers as Markdown, for the page of a job or a pull request."""
