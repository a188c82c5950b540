"""Templates outside the package: a language and families without code, or one sentence."""

import os
from pathlib import Path

import pytest

from openmed.adapters.disk import limited_read
from openmed.adapters.suites.corpus_suites import CorpusSuites, read_templates
from openmed.app.suites import SUITES
from openmed.context import open_context
from openmed.domain.suites.gold_faults import gold_fault
from openmed.errors import UsageError

LANGUAGE = """
[names.usual]
women = ["Kadri", "Liis"]
men = ["Jaan", "Mihkel"]
surnames = ["Tamm", "Saar", "Kask"]

[identifiers]
mrn = { label = "MRN", patterns = ["EE#######?"], check = "luhn" }

[street]
text = "Pikk {number}"
draws = [{ name = "number", between = [1, 99] }]

[dates]
usual = ["short"]

[dates.styles]
short = "{d}.{m}.{y}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a language of its own and a family in ours."""
    files = {
        "README.md": "Not a template.",
        ".git/config": "[core]",
        "et/language.toml": LANGUAGE.replace('"EE#######?"', '"#######?"'),
        "et/notes.sheet": "copies = 2\n== et-01 visit\nPatsient {patient.full}, {mrn}, {date:0}\n",
        "en/private.sheet": "copies = 1\n== ours-01 letter smoke\nDear {patient.title} "
        "{patient.last}, call {phone}.\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def write(folder: Path) -> str:
    """The sentence that a folder is refused with."""
    with pytest.raises(UsageError) as caught:
        CorpusSuites().write(str(folder), seed="s")
    return caught.value.message


def test_a_folder_adds_a_language_and_a_family(folder: Path) -> None:
    """Without code; the notes are its own alone and their gold is sound."""
    documents = open_context(folder).suite_builder.write(str(folder), seed="s")
    assert [("et-01-1", "et"), ("et-01-2", "et"), ("ours-01-1", "en")] == [
        (document.id, document.language) for document in documents
    ]
    assert [""] * 3 == [gold_fault(document) for document in documents]
    assert {"PATIENT_NAME", "MRN", "DATE", "PHONE"} == {
        span.label for document in documents for span in document.spans
    }


def test_the_same_folder_and_seed_give_the_same_notes(folder: Path) -> None:
    """And another seed gives others."""
    builder = CorpusSuites()
    one, same, other = (builder.write(str(folder), seed=seed) for seed in ("s", "s", "t"))
    assert (True, False) == (one == same, one == other)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("et/run.py", b"raise SystemExit", "et/run.py is no file of a pool of templates"),
        ("et/bad.sheet", b"\xff\xfe", "et/bad.sheet is not UTF-8: byte 0"),
        ("et/bad.sheet", b"copies = 1\r\n== a t\r\nx", "et/bad.sheet:1 has control character"),
        ("et/bad.sheet", b"# \x1b[2J", "et/bad.sheet:1 has control character U+001B"),
        ("et/bad.sheet", b"\n== b-01 t copies=1\n{nobody}\n", "et/bad.sheet:2: family b-01: there"),
        ("et/language.toml", b"\nx = [", "et/language.toml:2 is not TOML: "),
        ("xx/a.sheet", b"== c-01 t copies=1\nx\n", "xx/a.sheet is in language xx, which has no"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_understood_is_named(
    folder: Path, name: str, content: bytes, sentence: str
) -> None:
    """With its line, and never run."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    assert write(folder)[: len(sentence)] == sentence


def test_links_are_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither a file nor a folder may lead out of the folder."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.sheet").write_text("== o-01 t copies=1\nx\n", encoding="utf-8")
    (folder / "et" / "a.sheet").symlink_to(outside / "a.sheet")
    assert write(folder) == "et/a.sheet is a link; wanted plain files in a folder of templates"
    (folder / "et" / "a.sheet").unlink()
    (folder / "fi").symlink_to(outside)
    assert write(folder) == "fi is a link; wanted plain files in a folder of templates"


def test_what_is_no_plain_file_is_refused(folder: Path) -> None:
    """A pipe would never end, a folder is one level too deep."""
    os.mkfifo(folder / "et" / "a.sheet")
    assert write(folder) == "et/a.sheet cannot be read: not a plain file"
    (folder / "et" / "a.sheet").unlink()
    (folder / "et" / "deep").mkdir()
    assert write(folder) == "et/deep cannot be read: not a plain file"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """By its path."""
    gone = tmp_path / "gone"
    assert write(gone) == (
        f"{gone} cannot be read as a folder of templates: No such file or directory"
    )


@pytest.mark.parametrize(
    ("files", "size", "sentence"),
    [(2, 9999, "more than 2 files or 9999 bytes"), (99, 100, "more than 99 files or 100 bytes")],
)
def test_a_folder_is_limited(folder: Path, files: int, size: int, sentence: str) -> None:
    """The number of files, and all of them together."""
    with pytest.raises(UsageError) as caught:
        read_templates(folder, languages={}, most_files=files, most_bytes=size)
    assert caught.value.message == f"{folder} has {sentence} of templates"


def test_a_file_is_limited(folder: Path) -> None:
    """A sheet of a mebibyte is none that a person wrote."""
    (folder / "et" / "a.sheet").write_bytes(b"#" * (limited_read.TEMPLATE + 1))
    assert write(folder).startswith("et/a.sheet cannot be read: has 1048577 bytes; at most")


def test_every_suite_with_a_seed_is_built() -> None:
    """By the names the command offers, and by no other."""
    builder = CorpusSuites()
    assert all(builder.build(name).documents for name in SUITES)
    with pytest.raises(UsageError, match=f"wanted {', '.join(SUITES)}"):
        builder.build("gold")
