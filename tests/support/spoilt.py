"""Every mutant of the evidence, the verdict and the envelope of one real candidate."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from support.judging import Judging
from support.mutations import Mutant, Write, sealed, spoilt_fields, spoilt_files, text_of

from openmed.domain.attestation.statement import payload_of
from openmed.domain.gates.verdict import Verdict
from openmed.domain.wire import from_plain, plain
from openmed.errors import EvidenceError
from openmed.version import __version__

EVIDENCE = ("staged", "smoke", "performance", "baseline-smoke")
_ANOTHER_VALUE = frozenset(
    (
        "dropped", "null", "zero", "huge", "one more", "one less", "other digest", "another word",
        "an item twice", "an item missing", "in another order",
    )
)  # fmt: skip
"""Ways that may leave a value of the right type; baselines are spoilt by these alone."""

Named = tuple[str, Mutant]
Wanted = Callable[[tuple[str, str, str]], bool]
"""Whether to make the mutant of this product, at this place, spoilt in this way."""


def evidence_mutants(judging: Judging, *, wanted: Wanted) -> Iterator[Named]:
    """Every product `compare` reads: the file spoilt, then every field under a fitting checksum."""
    good = {name: judging.path(name).read_bytes() for name in EVIDENCE}
    for name, other in zip(EVIDENCE, (*EVIDENCE[1:], EVIDENCE[0]), strict=True):
        for mutant in spoilt_files(good[name], other=good[other]):
            if wanted((name, mutant.where, mutant.how)):
                yield name, mutant
    for name in EVIDENCE:
        table = json.loads(good[name])
        for mutant in spoilt_fields(
            table["content"], partial(sealed, table["materials"]), wanted=_of(name, wanted)
        ):
            if mutant.how in _ANOTHER_VALUE or not name.startswith("baseline"):
                yield name, mutant


def verdict_mutants(judging: Judging, *, wanted: Wanted) -> Iterator[Named]:
    """The product of `compare`: the file, the verdict beside its envelope, and inside it.

    * `verdict`: the file; the content under a fitting checksum, the envelope as it was.
    * `envelope`: the DSSE envelope, the verdict as it was.
    * `payload`: another statement under the signature of the good one.
    * `signed`: another verdict everywhere, signed by the right key.
    """
    good = judging.path("verdict").read_bytes()
    table = json.loads(good)
    content = table["content"]
    for mutant in spoilt_files(good, other=judging.path("smoke").read_bytes()):
        if wanted(("verdict", mutant.where, mutant.how)):
            yield "verdict", mutant
    envelope = json.loads(content["envelope"])
    payload = payload_of(judging.good.verdict, engine_version=__version__, verifier="local")
    parts: tuple[tuple[str, dict[str, Any], Write], ...] = (
        ("verdict", content["verdict"], lambda c: _beside(table, c)),
        ("envelope", envelope, lambda c: _inside(table, text_of(c))),
        ("payload", json.loads(payload), lambda c: text_of(c).encode()),
        ("signed", plain_of(judging.good.verdict), lambda c: text_of(c).encode()),
    )
    for name, part, write in parts:
        for mutant in spoilt_fields(part, write, wanted=_of(name, wanted)):
            data = mutant.data or b""
            if name == "payload":
                data = _inside(table, judging.unsigned(data).decode())
            elif name == "signed":
                signed = _signed(judging, data)
                if signed is None:
                    continue
                data = signed
            yield name, mutant._replace(data=data)


def _of(product: str, wanted: Wanted) -> Callable[[str, str], bool]:
    return lambda where, how: wanted((product, where, how))


def plain_of(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain JSON."""
    table = plain(verdict)
    assert isinstance(table, dict)
    return table


def _beside(table: dict[str, Any], verdict: object) -> bytes:
    return sealed(table["materials"], {**table["content"], "verdict": verdict})


def _inside(table: dict[str, Any], envelope: str) -> bytes:
    return sealed(table["materials"], {**table["content"], "envelope": envelope})


def _signed(judging: Judging, data: bytes) -> bytes | None:
    """A verdict signed as the gate would, where there is one to sign."""
    try:
        verdict = from_plain(Verdict, json.loads(data), what="spoilt")
        payload = payload_of(verdict, engine_version=__version__, verifier="local")
    except (EvidenceError, ValueError):
        return None
    if verdict == judging.good.verdict:
        return None
    return judging.holding(verdict, judging.resigned(payload))
