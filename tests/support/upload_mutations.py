"""What a shard that lies could bring instead of what it measured: generated from an honest upload.

Every checksum and file name that anybody can compute fits, except where that is the mutation.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from support.chunk_files import plain_bytes
from support.mutations import sealed, spoilt_fields

from openmed.domain.digest import digest_of

Change = Callable[[Path], None]


class UploadMutation(NamedTuple):
    """One lie.

    Attributes:
        family: of what kind.
        name: what is done.
        apply: does it to the folder of the upload.
    """

    family: str
    name: str
    apply: Change


class Sources(NamedTuple):
    """What the lies are made of.

    Attributes:
        upload: the honest upload.
        other: the honest upload of another shard.
        older: what the same shard brought in an earlier run, of another build.
        slug: folder of the slot.
        other_slug: that of the other shard's.
    """

    upload: Path
    other: Path
    older: Path
    slug: str
    other_slug: str


REPORTS = ("first", "second")


def upload_mutations(sources: Sources, *, most: int | None) -> Iterator[UploadMutation]:
    """Every lie, or at most so many of each family."""
    for family, made in (
        ("foreign slot", _foreign(sources)),
        ("older run", _older(sources)),
        ("edited report", _edited_reports(sources)),
        ("edited predictions", _edited_predictions(sources)),
        ("swapped predictions", _swapped(sources)),
        ("truncated", _truncated(sources)),
        ("removed", _removed(sources)),
        ("edited staging", _edited_staging(sources)),
        ("stray files", _stray(sources)),
    ):
        every = list(made)
        step = max(1, len(every) // most) if most else 1
        for name, apply in every[::step][:most]:
            yield UploadMutation(family, name, apply)


def _chunks(upload: Path) -> list[Path]:
    return sorted((upload / "predictions").iterdir())


def _files(upload: Path) -> list[str]:
    """Files that a verdict rests on; numbers of speed are measured once and not counted again."""
    every = (p.relative_to(upload).as_posix() for p in sorted(upload.rglob("*")) if p.is_file())
    return [name for name in every if not name.endswith((".log", "performance.json"))]


def _copy(source: Path, name: str, upload: Path) -> None:
    target = upload / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.unlink()
    shutil.copyfile(source, target)


def _foreign(sources: Sources) -> Iterator[tuple[str, Change]]:
    """Files of a slot that another shard holds, and that slot's reports in the place of its own."""
    for name in _files(sources.other):
        if not (sources.upload / name).exists():
            yield f"{name} beside its own", partial(_copy, sources.other / name, name)
    for report in REPORTS:
        name = f"runs/{sources.other_slug}/{report}.json"
        own = f"runs/{sources.slug}/{report}.json"
        yield f"{report} of another slot", partial(_copy, sources.other / name, own)


def _older(sources: Sources) -> Iterator[tuple[str, Change]]:
    for name in _files(sources.older):
        is_same = (sources.upload / name).is_file() and (
            (sources.upload / name).read_bytes() == (sources.older / name).read_bytes()
        )
        if not is_same:
            yield name, partial(_copy, sources.older / name, name)


def _edited_reports(sources: Sources) -> Iterator[tuple[str, Change]]:
    """One of sixteen ways to spoil each field."""
    for report in REPORTS:
        name = f"runs/{sources.slug}/{report}.json"
        table = json.loads((sources.upload / name).read_bytes())
        for mutant in spoilt_fields(
            table["content"], partial(sealed, table["materials"]), wanted=_is_sampled
        ):
            is_same = mutant.how == "keys in another order"
            if mutant.data is not None and not is_same:
                yield f"{report} {mutant.where} {mutant.how}", partial(_write, name, mutant.data)


def _is_sampled(*name: str) -> bool:
    return int(digest_of(list(name))[:2], 16) % 32 == 0


def _write(name: str, data: bytes, upload: Path) -> None:
    (upload / name).write_bytes(data)


def _edited_predictions(sources: Sources) -> Iterator[tuple[str, Change]]:
    """Under a checksum that fits, the report left as it was."""
    ways: dict[str, Callable[[Any], object]] = {
        "a span dropped": lambda rows: rows.pop(0),
        "a span twice": lambda rows: rows.append(rows[0]),
        "a span moved": lambda rows: rows[0].update(start=rows[0]["start"] + 1),
        "another label": lambda rows: rows[0].update(label="URL"),
        "another score": lambda rows: rows[0].update(score=0.5),
        "a span over all": lambda rows: rows.append(
            {**rows[0], "start": 0, "end": rows[-1]["end"]}
        ),
    }
    for chunk in _chunks(sources.upload):
        for name, way in ways.items():
            yield f"{name} in {chunk.name[:8]}", partial(_edit_spans, chunk.name, way)


def _edit_spans(name: str, way: Callable[[Any], object], upload: Path) -> None:
    def change(chunk: dict[str, Any]) -> None:
        way(next(row["spans"] for row in chunk["records"] if len(row["spans"]) > 1))

    _edit_chunk(name, change, upload)


def _edit_chunk(name: str, change: Callable[[dict[str, Any]], object], upload: Path) -> None:
    path = upload / "predictions" / name
    chunk = json.loads(plain_bytes(path))
    change(chunk)
    chunk["checksum"] = digest_of(chunk["records"])
    path.write_text(json.dumps(chunk))


def _swapped(sources: Sources) -> Iterator[tuple[str, Change]]:
    """Answers of other documents, chunks and suites, under every key that fits."""
    chunks = _chunks(sources.upload)
    for chunk in chunks:
        yield f"two documents' ids in {chunk.name[:8]}", partial(_swap, chunk.name, "document")
        yield f"two documents' spans in {chunk.name[:8]}", partial(_swap, chunk.name, "spans")
        yield (
            f"{chunk.name[:8]} backwards",
            partial(_edit_chunk, chunk.name, lambda table: table["records"].reverse()),
        )
        for other in chunks:
            if other != chunk:
                yield (
                    f"{other.name[:8]} as {chunk.name[:8]}",
                    partial(_copy, other, f"predictions/{chunk.name}"),
                )
                yield (
                    f"records of {other.name[:8]} in {chunk.name[:8]}",
                    partial(_records_of, other, chunk.name),
                )


def _swap(name: str, key: str, upload: Path) -> None:
    def change(chunk: dict[str, Any]) -> None:
        rows = [row for row in chunk["records"] if row["spans"]]
        rows[0][key], rows[1][key] = rows[1][key], rows[0][key]

    _edit_chunk(name, change, upload)


def _records_of(other: Path, name: str, upload: Path) -> None:
    records = json.loads(plain_bytes(other))["records"]

    def change(chunk: dict[str, Any]) -> None:
        ids = [row["document"] for row in chunk["records"]]
        chunk["records"] = [
            {**row, "document": own} for row, own in zip(records * len(ids), ids, strict=False)
        ]

    _edit_chunk(name, change, upload)


def _truncated(sources: Sources) -> Iterator[tuple[str, Change]]:
    for name in _files(sources.upload):
        data = (sources.upload / name).read_bytes()
        for how, part in (("empty", b""), ("half", data[: len(data) // 2]), ("twice", data * 2)):
            if part != data:
                yield f"{name[-20:]} {how}", partial(_write, name, part)


def _removed(sources: Sources) -> Iterator[tuple[str, Change]]:
    for name in _files(sources.upload):
        yield name[-20:], partial(_remove, name)


def _remove(name: str, upload: Path) -> None:
    (upload / name).unlink()


def _edited_staging(sources: Sources) -> Iterator[tuple[str, Change]]:
    """What is said of the build, and its bytes."""
    name = f"runs/{sources.slug}/staged.json"
    table = json.loads((sources.upload / name).read_bytes())
    for mutant in spoilt_fields(
        table["content"],
        partial(sealed, table["materials"]),
        wanted=lambda where, how: (
            where.split("[")[0].split(".")[0] in ("repo_id", "row", "source", "artifact", "repro")
            and how in ("another word", "other digest", "dropped", "null")
        ),
    ):
        if mutant.data is not None:
            yield f"{mutant.where} {mutant.how}", partial(_write, name, mutant.data)
    for file in _files(sources.upload):
        if file.startswith("staged/"):
            data = (sources.upload / file).read_bytes() + b" "
            yield f"{file[-20:]} with a byte more", partial(_write, file, data)


def _stray(sources: Sources) -> Iterator[tuple[str, Change]]:
    """What no shard brings."""
    slug = sources.slug
    for name in (
        "pointer.json",
        "gates/pointer.json",
        f"runs/{slug}/verdict.json",
        f"runs/{slug}/QUARANTINED",
        f"runs/{slug}/deeper/first.json",
        f"runs/{slug}/third.json",
        f"runs/{slug.upper()}/first.json",
        "runs/_fleet/flip.json",
        f"predictions/{'0' * 64}",
        "predictions/deeper/first",
        f"staged/{'0' * 64}/model.py",
        "recheck/recheck.json",
        "run-report.json",
        "a\nb\x1b[31m",
    ):
        yield f"{name!r}", partial(_add, name)
    yield "a link to a report", partial(_link, f"runs/{slug}/first.json")
    yield "a link to a folder", partial(_link, f"runs/{slug}")
    yield "a pipe", lambda upload: os.mkfifo(upload / "runs" / slug / "a.log")


def _add(name: str, upload: Path) -> None:
    path = upload / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"{}")


def _link(name: str, upload: Path) -> None:
    path, away = upload / name, upload.parent.parent / "away"
    path.rename(away)
    path.symlink_to(away)
