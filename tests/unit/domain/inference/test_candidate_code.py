"""Whether the code of a candidate is in its artifact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.inference.candidate_code import code_fault
from openmed.domain.inference.profile import LabelRule, RunnerProfile, SpanSource

PATHS = frozenset(
    {
        "runner_profile.json", "detect.py", "src/run.py", "tool/__init__.py", "tool/__main__.py",
        "deep/inner.py", "fast.cpython-311-x86_64-linux-gnu.so", "weights.bin.json",
    }
)  # fmt: skip
RULES = (LabelRule(model="NAME", canonical="PATIENT_NAME"),)


def _fault(*command: str) -> str:
    source = SpanSource(command=command, label_map=RULES)
    profile = RunnerProfile(runner="subprocess-jsonl", deterministic=True, spans=source)
    return code_fault(profile, paths=PATHS)


INSIDE = [
    ("python3", "detect.py"),
    ("python", "./detect.py"),
    ("python3", "-u", "-B", "src/run.py", "--fast", "--model=weights.bin.json", "3"),
    ("python3", "-X", "utf8", "-Xdev", "-W", "error", "-Wignore", "detect.py"),
    ("python3", "-m", "tool"),
    ("python3", "-m", "deep.inner"),
    ("python3", "tool"),
    ("python3", "detect.py", "-m", "x", "-c", "y", "a/b"),
]
OUTSIDE = {
    ("python3", "/elsewhere/serve.py"): "no file of the artifact",
    ("python3", "../serve.py"): "no file of the artifact",
    ("python3", "src/../../serve.py"): "no file of the artifact",
    ("python3", "~/serve.py"): "no file of the artifact",
    ("python3", "serve.py"): "no file of the artifact",
    ("python3", "src"): "no file of the artifact",
    ("python3", "-"): "names no script",
    ("python3",): "names no script",
    ("python3", "-u"): "names no script",
    ("python3", "-c", "import serve"): "names no script",
    ("python3", "-uc", "import serve"): "names no script",
    ("python3", "-Bc", "import serve"): "names no script",
    ("python3", "--check-hash-based-pycs", "never", "detect.py"): "names no script",
    ("python3", "-m"): "the module ''",
    ("python3", "-m", "serve"): "the module 'serve'",
    ("python3", "-m", "http.server"): "the module 'http.server'",
    ("python3", "-m", "../detect"): "the module '../detect'",
    ("python3", "-mhttp.server"): "names no script",
    ("/usr/bin/python3", "detect.py"): "starts '/usr/bin/python3'",
    ("./python3", "detect.py"): "starts './python3'",
    ("python3.11", "detect.py"): "starts 'python3.11'",
    ("PYTHON3", "detect.py"): "starts 'PYTHON3'",
    ("node", "detect.js"): "starts 'node'",
    ("sh", "-c", "exec python3 detect.py"): "starts 'sh'",
    ("env", "python3", "detect.py"): "starts 'env'",
    ("detect.py",): "starts 'detect.py'",
    ("python3", "detect.py", "/elsewhere/model"): "leads out",
    ("python3", "detect.py", "--model=/elsewhere/model"): "leads out",
    ("python3", "detect.py", "-m/elsewhere"): "leads out",
    ("python3", "detect.py", "../model"): "leads out",
    ("python3", "detect.py", "a/../../model"): "leads out",
    ("python3", "detect.py", "file:///elsewhere"): "leads out",
    ("python3", "detect.py", "a:/elsewhere"): "leads out",
    ("python3", "detect.py", "~/model"): "leads out",
    ("python3", "detect.py", "C:\\..\\model"): "leads out",
    ("python3", "-m", "tool", "/elsewhere"): "leads out",
}


@pytest.mark.parametrize("command", INSIDE, ids=" ".join)
def test_code_of_the_artifact_runs(command: tuple[str, ...]) -> None:
    """By the engine's interpreter, with any arguments that stay inside."""
    assert _fault(*command) == ""


@pytest.mark.parametrize("command", sorted(OUTSIDE), ids=" ".join)
def test_code_of_elsewhere_is_refused(command: tuple[str, ...]) -> None:
    """It could be replaced after the release while every hash still fits."""
    fault = _fault(*command)
    assert OUTSIDE[command] in fault
    assert "wanted" in fault


@given(
    st.lists(
        st.sampled_from(["python3", "detect.py", "-u", "-c", "-m", "tool", "/x", "..", "a=/b"]),
        min_size=1,
        max_size=6,
    )
)
def test_what_runs_is_known(command: list[str]) -> None:
    """What is accepted starts our interpreter with a file of the artifact."""
    if _fault(*command) == "":
        assert command[0] == "python3"
        rest = [word for word in command[1:] if word != "-u"]
        assert rest[0] in {"detect.py", "tool"} or rest[:2] == ["-m", "tool"]
        assert not {"/x", "..", "a=/b"} & set(command)


@pytest.mark.parametrize(
    ("function", "is_inside"),
    [
        ("detect:find", True),
        ("tool:find", True),
        ("deep.inner:find", True),
        ("fast:find", True),
        ("json:loads", False),
        ("deep:find", False),
        ("detect.more:find", False),
        ("weights:find", False),
    ],
)
def test_a_function_is_of_the_artifact(function: str, *, is_inside: bool) -> None:
    """Or of a package that is pinned, which is looked at where it is installed."""
    for packages in ((), ("presidio-analyzer==2.2.360",)):
        source = SpanSource(function=function, packages=packages, label_map=RULES)
        profile = RunnerProfile(runner="callable", deterministic=True, spans=source)
        fault = code_fault(profile, paths=PATHS)
        assert (fault == "") == (is_inside or bool(packages))


def test_a_model_without_code_has_none_outside() -> None:
    """Rules and token classifiers name no program."""
    profile = RunnerProfile(runner="rules", deterministic=True, rules=("ssn-1",))
    assert code_fault(profile, paths=PATHS) == ""
