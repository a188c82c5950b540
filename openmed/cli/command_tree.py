"""Every command there is: group, name, where it is, its one-line help.

A new command is one line here and one function in its module. The line repeats the first line of
the function's help, so that listing commands loads none of them; a test holds the two equal.
"""

import click

from openmed.cli.lazy_group import Lazy, LazyGroup
from openmed.version import __version__

release = LazyGroup(
    "release",
    help="Release models, and say what is live.",
    table={
        "run": Lazy(
            "release.run:run",
            "Stage, benchmark, compare, flip and regenerate every candidate of the queue.",
        ),
        "plan": Lazy(
            "release.plan:plan",
            "Say what a run would do and why; writes nothing.",
        ),
        "stage": Lazy(
            "release.stage_commands:stage",
            "Freeze the bytes of candidates by content; measures and releases nothing.",
        ),
        "gate": Lazy(
            "release.stage_commands:gate",
            "Stage and measure candidates and say what the gates say; signs and releases nothing.",
        ),
        "flip": Lazy(
            "release.stage_commands:flip",
            "Judge, sign and flip what was measured already, then regenerate; runs no candidate.",
        ),
        "report": Lazy(
            "release.ci:report",
            "Tell CI what the last run came to: summary, annotations, texts of issues.",
        ),
        "regenerate": Lazy(
            "release.stage_commands:regenerate",
            "Write records, cards, benchmark cards, leaderboard and status from the ledger.",
        ),
        "status": Lazy(
            "release.status:status",
            "Say what is live in every slot, since when, and where its candidate stands.",
        ),
        "list": Lazy(
            "release.history:list_command",
            "List every slot that ever served something, with what it serves.",
        ),
        "history": Lazy(
            "release.history:history",
            "Say what happened, newest first; of SLOT every revision, with what was measured.",
        ),
        "show": Lazy(
            "release.history:show",
            "Show one ledger entry by its tag, or what a slot serves, in full.",
        ),
        "diff": Lazy(
            "release.diff:diff",
            "Say what differs between two tags: what serves, recall per label, files.",
        ),
        "explain": Lazy(
            "release.explain:explain",
            "Say why the last verdict on SLOT is what it is: each gate, or GATE alone.",
        ),
        "rollback": Lazy(
            "release.rollback:rollback",
            "Put the last green release of FAMILY back, and condemn what it leaves.",
        ),
        "freeze": Lazy(
            "release.rollback:freeze",
            "Let no release move SLOT until it is thawed; a rollback still may.",
        ),
        "thaw": Lazy("release.rollback:thaw", "Let releases move SLOT again."),
        "waive": Lazy(
            "release.waivers:waive",
            "Sign that the quarantine of artifact DIGEST may be lifted, and lift it.",
        ),
        "lift": Lazy(
            "release.waivers:lift",
            "Record the waivers in gates/waivers/ that are not in the ledger yet.",
        ),
        "verify": Lazy(
            "release.maintenance:verify",
            "Check ledger, evidence, signatures, served bytes and pages; exit 7 if one is wrong.",
        ),
        "recover": Lazy(
            "release.maintenance:recover",
            "Finish what was interrupted, and say what was done; "
            "a second call finds nothing to do.",
        ),
        "reconcile": Lazy(
            "release.reconcile:reconcile",
            "Replay the entries of another head of the ledger on ours; every head without HEAD.",
        ),
        "gc": Lazy(
            "release.maintenance:gc",
            "Remove staged trees, released trees and downloads that no slot may need again.",
        ),
        "power": Lazy(
            "release.power:power",
            "Say what a suite can decide at 95 %, per label and per gate of a policy.",
        ),
    },
)

benchmark = LazyGroup(
    "benchmark",
    help="Measure candidates; judges and releases nothing.",
    table={
        "run": Lazy(
            "benchmark:run",
            "Measure SLOT, every candidate of the queue, or --model, which needs no queue.",
        ),
        "table": Lazy(
            "benchmark:table_command",
            "Recall, leak and precision per label, with and without the profile's pattern rules.",
        ),
        "compare": Lazy(
            "models:compare",
            "Compare two models span by span; each is a source, a report's file, or a slot.",
        ),
        "list": Lazy(
            "models:list_command",
            "List every report that stands, with the recall of what its candidate declares.",
        ),
        "show": Lazy(
            "models:show",
            "Show a slot's reports as last measured, or the report in a file; measures nothing.",
        ),
    },
)

suite = LazyGroup(
    "suite",
    help="The documents candidates are measured on.",
    table={
        "build": Lazy(
            "suite:build",
            "Make a suite from its seed and print the digests to pin in gates/suites.toml.",
        ),
        "lint": Lazy(
            "suite:lint",
            "Look for every defect of a pinned suite; exit code 5 when there is one.",
        ),
        "digest": Lazy(
            "suite:digest", "Say what a pinned suite holds and the digests its files have now."
        ),
        "sample": Lazy(
            "suite:sample",
            "Show some documents: counts and offsets, no text unless it is invented and asked for.",
        ),
        "stats": Lazy(
            "suite:stats",
            "Documents, gold spans and families of a pinned suite, per label and per language.",
        ),
    },
)

keys = LazyGroup(
    "keys",
    help="Keys that sign verdicts and waivers.",
    table={
        "init": Lazy("keys:init", "Make your own signing key if there is none; safe to run again."),
        "list": Lazy(
            "keys:list_command",
            "List the keys whose signatures count, and since when a closed one does not.",
        ),
        "rotate": Lazy(
            "keys:rotate",
            "Replace the key you sign with, and close the old one at the present ledger size.",
        ),
        "add": Lazy(
            "keys:add",
            "List the public half of a key in gates/keys/ as verifier NAME, for people to review.",
        ),
    },
)

cli = LazyGroup(
    "openmed",
    help="""Release engine for clinical de-identification models.

    \b
    Exit codes: 0 done · 1 our fault · 2 usage or configuration · 3 held by a gate ·
    4 nothing to roll back to · 5 no verdict · 6 conflict · 7 integrity · 130 interrupted
    (docs/exit-codes.md)
    """,
    table={
        "init": Lazy(
            "init:init", "Make a release repository in DIR, in which `make release` works at once."
        ),
        "release": Lazy("command_tree:release", "Release models, and say what is live."),
        "benchmark": Lazy(
            "command_tree:benchmark", "Measure candidates; judges and releases nothing."
        ),
        "suite": Lazy("command_tree:suite", "The documents candidates are measured on."),
        "schema": Lazy("schema:schema", "Print the JSON Schema NAME, or the names there are."),
        "keys": Lazy("command_tree:keys", "Keys that sign verdicts and waivers."),
        "doctor": Lazy(
            "doctor:doctor",
            "Look whether everything is there that a release needs; writes nothing.",
        ),
        "completion": Lazy(
            "completion:completion",
            "Print the completion script of a shell, for its start-up file.",
        ),
    },
    params=(
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            help="When something fails, say where too: file, line and type, never a message.",
        ),
        click.Option(
            ["--no-color"],
            is_flag=True,
            expose_value=False,
            help="Accepted for scripts that pass it: nothing is ever coloured.",
        ),
    ),
)
click.version_option(__version__, prog_name="openmed", message="%(prog)s %(version)s")(cli)
