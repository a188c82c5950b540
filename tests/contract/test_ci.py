"""What a job of GitHub Actions reads back."""

from pathlib import Path

import pytest

from openmed.adapters.host.ci import MOST_SUMMARY, GithubJob


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """As a job has it."""
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }


def _said(environ: dict[str, str]) -> tuple[GithubJob, list[str]]:
    said: list[str] = []
    return GithubJob(environ, say=said.append), said


def test_an_output_cannot_end_itself(environ: dict[str, str]) -> None:
    """Whatever the value holds; the mark around it is another each time."""
    job, _ = _said(environ)
    job.output("shards", 'x\nEOF\nother=1\n["1/2"]')
    first, *lines, last = Path(environ["GITHUB_OUTPUT"]).read_text().splitlines()
    assert first == f"shards<<{last}"
    assert lines == ["x", "EOF", "other=1", '["1/2"]']
    assert len(last) == 32


def test_outputs_and_summaries_are_appended(environ: dict[str, str]) -> None:
    """Other steps write there too."""
    job, _ = _said(environ)
    for text in ("### one", "### two"):
        job.summary(text)
    assert Path(environ["GITHUB_STEP_SUMMARY"]).read_text() == "### one\n### two\n"


def test_a_summary_too_large_is_cut_and_says_so(environ: dict[str, str]) -> None:
    """GitHub would drop the whole of it; no character is cut in two."""
    job, _ = _said(environ)
    job.summary("é" * MOST_SUMMARY)
    data = Path(environ["GITHUB_STEP_SUMMARY"]).read_bytes()
    assert MOST_SUMMARY <= len(data) < MOST_SUMMARY + 200
    assert "was cut here" in data.decode()


def test_an_annotation_is_one_command(environ: dict[str, str]) -> None:
    """A line break in it would begin another one."""
    job, said = _said(environ)
    job.annotate("held: pii, tiny", "100%\n::add-mask::x\r")
    assert said == [r"::error title=held%3A pii%2C tiny::100%25\x0a::add-mask::x\x0d"]


def test_elsewhere_nothing_is_written_or_said(tmp_path: Path) -> None:
    """Even where the files are named."""
    job, said = _said({"GITHUB_OUTPUT": str(tmp_path / "o"), "GITHUB_STEP_SUMMARY": str(tmp_path)})
    job.output("a", "b")
    job.summary("c")
    job.annotate("d", "e")
    assert (said, list(tmp_path.iterdir())) == ([], [])
