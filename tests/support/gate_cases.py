"""Cases of gates as data: `tests/cases/gates/<id>/<name>.toml`, read into evidence.

A case starts from complete evidence of a perfect candidate and says what differs:

    says = "one sentence: what the case shows"
    outcome = "FAILED"
    message = "a part of what the gate says"
    [settings]          the gate's table
    [candidate]         keys of the row
    [suites.NAME]       support, covered = { LABEL = spans }; default: golden, all covered
    [before.NAME]       the same of what is live; without it nothing is live
    [parent]            slot, grade, condemned, covered = { … }
    [profile]           texts of the runner profile to replace
    [set]               "path.in.the.evidence" = value, after all else
    unset = ["path"]    what is None

What a gate finds in each of its cases, word for word and number for number, is
`tests/cases/gates/<id>/findings.json`: it is what gets signed. `nox -s update_cases` writes it
again (`tools/gate_cases.py`); look at the difference.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple

from support import builders
from support.repositories import ROOT

from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.digest import Json, canonical_json
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import Against, Evidence, Outcome, ParentEvidence
from openmed.domain.gates.rules import GATES
from openmed.domain.wire import from_plain, plain

FOLDER = ROOT / "tests" / "cases" / "gates"
LIVE, PARENT = b"live", b"parent"


class Case(NamedTuple):
    """One case.

    Attributes:
        gate: id of the gate.
        name: file name without suffix; begins with what it shows.
        table: what the file says.
    """

    gate: str
    name: str
    table: dict[str, object]

    @property
    def settings(self) -> str:
        """The gate's table, as a policy holds it."""
        return canonical_json(self._part("settings")).decode()

    @property
    def outcome(self) -> Outcome:
        """What the gate must say."""
        return Outcome(str(self.table["outcome"]))

    @property
    def message(self) -> str:
        """What must be part of its sentence."""
        return str(self.table["message"])

    @property
    def evidence(self) -> Evidence:
        """What it must say it about."""
        row = from_plain(
            Candidate,
            {**_dict(plain(builders.a_candidate())), **self._part("candidate")},
            what="candidate",
        )
        suites = self._part("suites") or {"golden": {}}
        profile = builders.PROFILE
        for old, new in self._part("profile").items():
            assert old in profile
            profile = profile.replace(old, str(new))
        staged = builders.a_staged(row, profile=profile)
        performance = builders.a_performance(staged)
        live, before = builders.a_staged(row, content=LIVE), self._part("before")
        lent, parent = self._parent(row)
        evidence = builders.an_evidence(
            candidate=row,
            profile=profile,
            pins=tuple(builders.a_pin(name=name) for name in suites),
            reports=tuple(_report(n, _dict(t), row, staged) for n, t in suites.items()),
            against=Against(generation=3, artifact=live.artifact)
            if before
            else builders.NOTHING_LIVE,
            baselines=tuple(_report(n, _dict(t), row, live) for n, t in before.items()),
            parent=parent,
            parents=lent,
            performance=performance,
        )
        table = _dict(plain(evidence))
        for path, value in self._part("set").items():
            _put(table, path, value)
        unset = self.table.get("unset", [])
        assert isinstance(unset, list)
        for path in unset:
            _put(table, path, None)
        return from_plain(Evidence, table, what=f"{self.gate}/{self.name}")

    def _part(self, name: str) -> dict[str, Json]:
        return _dict(self.table.get(name, {}))

    def _parent(self, row: Candidate) -> tuple[tuple[BenchmarkReport, ...], ParentEvidence | None]:
        table = self._part("parent")
        if not table:
            return (), None
        slot = str(table["slot"])
        other = from_plain(Candidate, {**_dict(plain(row)), "slot": slot, "parent": None}, what="p")
        staged = builders.a_staged(other, content=PARENT)
        facts: dict[str, Json] = {"grade": "green"}
        facts |= {name: table[name] for name in ("grade", "condemned") if name in table}
        parent = from_plain(
            ParentEvidence,
            {"slot": slot, "generation": 1, "artifact": staged.artifact, **facts},
            what="parent",
        )
        return (_report("golden", table, other, staged),), parent

    @property
    def finding(self) -> Json:
        """What the gate finds in it, as it is signed."""
        (gate,) = (gate for gate in GATES if gate.id == self.gate)
        return plain(gate.decide(self.evidence, self.settings))


def findings_file(gate: str) -> Path:
    """Where everything a gate finds in its cases is written down."""
    return FOLDER / gate / "findings.json"


def cases() -> tuple[Case, ...]:
    """Every case, by gate and name."""
    return tuple(_case(path) for path in sorted(FOLDER.glob("*/*.toml")))


def _case(path: Path) -> Case:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Case(gate=path.parent.name, name=path.stem, table=table)


def _report(
    name: str, table: dict[str, Json], row: Candidate, staged: StagedCandidate
) -> BenchmarkReport:
    support = table.get("support", 100)
    assert isinstance(support, int)
    given = _dict(table.get("covered", {})).items()
    covered = {label: count for label, count in given if isinstance(count, int)}
    return builders.a_report(
        staged,
        candidate=row,
        pin=builders.a_pin(name=name),
        support=support,
        covered=covered or dict.fromkeys(row.labels, support),
    )


def _put(table: Json, path: str, value: Json) -> None:
    *way, last = path.split(".")
    place: object = table
    for step in way:
        place = place[int(step)] if isinstance(place, list) else _dict(place)[step]
    if isinstance(place, list):
        place[int(last)] = value
    else:
        _dict(place)[last] = value


def _dict(value: object) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value
