"""Every command there is: group, name, where it is, its one-line help.

A new command is one line here and one function in its module. The line repeats the first line of
the function's help, so that listing commands loads none of them; a test holds the two equal.
"""

import click

from openmed.cli.render.lazy_group import Lazy, LazyGroup
from openmed.cli.render.screen import NO_COLOR
from openmed.errors import UsageError
from openmed.version import __version__

release = LazyGroup(
    "release",
    help="Release models, undo releases, see what is live.",
    sections={
        "Release": {
            "run": Lazy("release.run:run", "Stage, measure, judge and release every candidate."),
            "plan": Lazy("release.plan:plan", "Show what a run would do and why; write nothing."),
            "stage": Lazy(
                "release.stage_commands:stage", "Copy candidates' bytes and record their hashes."
            ),
            "gate": Lazy(
                "release.stage_commands:gate",
                "Measure and judge candidates without signing or releasing.",
            ),
            "recheck": Lazy(
                "release.stage_commands:recheck",
                "Run a sample of what the shards of CI predicted again.",
            ),
            "flip": Lazy(
                "release.stage_commands:flip", "Judge, sign and release what was already measured."
            ),
            "report": Lazy(
                "release.ci:report", "Write the summary, annotations and notices for CI."
            ),
        },
        "Look": {
            "status": Lazy(
                "release.status:status", "Show what is live and where each candidate stands."
            ),
            "explain": Lazy(
                "release.explain:explain", "Show why SLOT's last verdict is what it is."
            ),
            "list": Lazy("release.history:list_command", "List every slot and what it serves."),
            "history": Lazy("release.history:history", "List past changes, newest first."),
            "show": Lazy(
                "release.history:show", "Show one ledger entry, or what a slot serves, in full."
            ),
            "diff": Lazy("release.diff:diff", "Compare the fleet at two tags."),
            "notes": Lazy("release.history:notes", "Write the release notes of TAG."),
            "power": Lazy(
                "release.power:power", "Show which thresholds a suite is large enough to decide."
            ),
        },
        "Undo": {
            "rollback": Lazy(
                "release.rollback:rollback", "Restore the previous good release of FAMILY."
            ),
            "react": Lazy(
                "reaction.react:react",
                "Hold, repair or roll back what a monitor found to be worse.",
            ),
            "drill": Lazy(
                "reaction.drill:drill",
                "Plant a regression in a scratch copy and measure how long it lives.",
            ),
            "freeze": Lazy(
                "release.rollback:freeze", "Block releases of SLOT; rollbacks still work."
            ),
            "thaw": Lazy("release.rollback:thaw", "Allow releases of SLOT again."),
            "waive": Lazy(
                "release.waivers:waive", "Sign a waiver for a quarantined artifact and lift it."
            ),
            "lift": Lazy("release.waivers:lift", "Apply the waivers in gates/waivers/."),
            "approve": Lazy(
                "release.waivers:approve",
                "Sign that SLOT's policy may be weaker than at its last release.",
            ),
        },
        "Repair": {
            "verify": Lazy(
                "release.maintenance:verify",
                "Check ledger, evidence, signatures, served bytes and pages.",
            ),
            "sign-head": Lazy(
                "release.maintenance:sign_head", "Sign how far the ledger is, for who downloads."
            ),
            "recover": Lazy(
                "release.maintenance:recover", "Finish what an interrupted command left undone."
            ),
            "reconcile": Lazy("release.reconcile:reconcile", "Make one ledger of two heads of it."),
            "regenerate": Lazy(
                "release.maintenance:regenerate",
                "Write cards, leaderboard and status page again.",
            ),
            "gc": Lazy(
                "release.maintenance:gc",
                "Delete artifacts, downloads and pinned packages that no slot needs.",
            ),
        },
    },
    moved={
        "publish": UsageError(
            "`release publish` is a command of its own now", next_step="openmed publish"
        )
    },
)

benchmark = LazyGroup(
    "benchmark",
    help="Measure candidates; release nothing.",
    sections={
        "Measure": {
            "run": Lazy("benchmark:run", "Measure SLOT, the whole queue, or any --model."),
            "table": Lazy(
                "benchmark:table_command", "Measure with and without the profile's pattern rules."
            ),
            "attest": Lazy(
                "benchmark:attest",
                "Count SLOT's report again and sign it, for where the suite's text is missing.",
            ),
            "compare": Lazy("models:compare", "Compare two models span by span."),
        },
        "Look": {
            "list": Lazy("models:list_command", "List current reports with their recall."),
            "show": Lazy("models:show", "Show the reports of a slot or a file."),
        },
    },
)

candidate = LazyGroup(
    "candidate",
    help="Add models to the queue.",
    sections={
        "Add": {
            "add": Lazy("candidates.add:add", "Add a model to the queue, from its files."),
        },
    },
)

suite = LazyGroup(
    "suite",
    help="Build, check and inspect evaluation suites.",
    sections={
        "Make": {
            "build": Lazy("suite:build", "Generate a suite from its seed and print its digests."),
            "lint": Lazy("suite:lint", "Check a pinned suite for defects."),
        },
        "Look": {
            "stats": Lazy(
                "suite:stats", "Count documents, spans and families by label and language."
            ),
            "digest": Lazy("suite:digest", "Show a suite's contents and current digests."),
            "sample": Lazy("suite:sample", "Show some documents: counts and offsets."),
        },
    },
)

policy = LazyGroup(
    "policy",
    help="Check and suggest what slots are judged by.",
    sections={
        "Policies": {
            "lint": Lazy("policy:lint", "Check the policies of all candidates."),
            "suggest": Lazy(
                "policy:suggest",
                "Measure SLOT's candidate and write a preview policy to be reviewed.",
            ),
        },
    },
)

monitor = LazyGroup(
    "monitor",
    help="Look whether what is live is still what was released.",
    sections={
        "Measure": {
            "nightly": Lazy("monitor.nightly:nightly", "Measure what is live again, oldest first."),
        },
        "Look": {
            "status": Lazy(
                "monitor.monitor_status:status",
                "Check that what is live is served, whole, fresh, and still runs.",
            ),
            "power": Lazy(
                "monitor.detector:power", "Show what the nightly test sees, and how often it errs."
            ),
        },
    },
)

keys = LazyGroup(
    "keys",
    help="Manage the keys that sign verdicts and waivers.",
    sections={
        "Keys": {
            "init": Lazy(
                "keys:init", "Create your own signing key, and the suite secret, if there is none."
            ),
            "list": Lazy("keys:list_command", "List the keys whose signatures count."),
            "rotate": Lazy("keys:rotate", "Replace a signing key and close the old one."),
            "add": Lazy("keys:add", "Add a public key to gates/keys/ as verifier NAME."),
        },
    },
)


def _forget_colours(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    del parameter
    context.meta[NO_COLOR] = value


cli = LazyGroup(
    "openmed",
    help="Release engine for clinical de-identification models.",
    sections={
        "Release": {
            "release": Lazy(
                "command_tree:release", "Release models, undo releases, see what is live."
            ),
            "candidate": Lazy("command_tree:candidate", "Add models to the queue."),
            "benchmark": Lazy("command_tree:benchmark", "Measure candidates; release nothing."),
            "suite": Lazy("command_tree:suite", "Build, check and inspect evaluation suites."),
            "policy": Lazy("command_tree:policy", "Check and suggest what slots are judged by."),
            "monitor": Lazy(
                "command_tree:monitor", "Look whether what is live is still what was released."
            ),
            "keys": Lazy("command_tree:keys", "Manage the keys that sign verdicts and waivers."),
            "publish": Lazy(
                "publishing.publish:publish", "Publish again what is live and no longer served."
            ),
        },
        "Tell": {
            "notify": Lazy("notify:notify", "Deliver the messages that wait, to every sink."),
        },
        "Download": {
            "fetch": Lazy(
                "downloads.fetch:fetch",
                "Download what SLOT serves, or what it served at TAG, and check every byte.",
            ),
            "resolve": Lazy(
                "downloads.fetch:resolve",
                "Print the exact release that SLOT serves, so that a program can pin it.",
            ),
        },
        "Set up": {
            "init": Lazy("init:init", "Create a release repository in DIR."),
            "adopt": Lazy(
                "candidates.adopt:adopt_command",
                "Add published models of a catalogue to the queue, to be measured as they are.",
            ),
            "upgrade": Lazy("init:upgrade", "Write what a repository of an older version lacks."),
            "doctor": Lazy("doctor:doctor", "Check that everything a release needs is there."),
            "schema": Lazy("schema:schema", "Print the JSON Schema of a file or an answer."),
            "completion": Lazy("completion:completion", "Print the completion script for a shell."),
        },
    },
    epilog=(
        "Exit codes: 0 done, 1 our fault, 2 usage or configuration, 3 a gate failed, "
        "4 nothing to roll back to, 5 no verdict, 6 conflict, 7 integrity, 10 changes planned, "
        "130 interrupted. See docs/reference/exit-codes.md."
    ),
    params=(
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            help="On failure, also print file, line and type; never a message.",
        ),
        click.Option(
            ["--no-color"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_forget_colours,
            help="Do not colour text for people.",
        ),
    ),
)
click.version_option(__version__, prog_name="openmed", message="%(prog)s %(version)s")(cli)
