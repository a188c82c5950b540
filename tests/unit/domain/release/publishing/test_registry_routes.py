"""Which registry a slot goes to, by `gates/registries.toml`; anything else is one sentence."""

import tomllib

import pytest

from openmed.domain.release.publishing.registry_routes import (
    NO_FILE,
    RegistryRoutes,
    registry_routes,
)
from openmed.errors import UsageError


def _read(text: str) -> RegistryRoutes:
    return registry_routes(tomllib.loads(text))


def test_a_slot_that_no_table_names_is_local() -> None:
    """The first table that names it has it; one without slots has what is left."""
    hub = '[[registry]]\nname = "hub"\nslots = ["pii::*", "ner::tiny::onnx"]\nstaging = "a/b"\n'
    routes = _read(hub)
    names = {
        slot: routes.of(slot).name
        for slot in ("pii::tiny::onnx", "pii::tiny::onnx::two", "ner::tiny::onnx", "ner::x::onnx")
    }
    assert names == {
        "pii::tiny::onnx": "hub",
        "pii::tiny::onnx::two": "hub",
        "ner::tiny::onnx": "hub",
        "ner::x::onnx": "local",
    }
    assert routes.of("pii::tiny::onnx").settings == {"staging": "a/b"}
    other = f'{hub}[[registry]]\nname = "zip"\nfolder = "out"\n'
    assert _read(other).of("ner::x::onnx").name == "zip"
    assert _read('[[registry]]\nname = "hub"\n').of("ner::x::onnx").name == "hub"
    assert NO_FILE.of("ner::x::onnx").name == "local"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "something else than"),
        ('[registry]\nname = "hub"\n', "something else than"),
        ('[[registry]]\nname = "hub"\n[policy]\n', "something else than"),
        ("registry = [1]\n", "is no table"),
        ("[[registry]]\n", "has no name"),
        ("[[registry]]\nname = 1\n", "has no name"),
        ('[[registry]]\nname = "hub"\nslots = []\n', "slots"),
        ('[[registry]]\nname = "hub"\nslots = "pii::*"\n', "slots"),
        ('[[registry]]\nname = "hub"\nslots = ["../*"]\n', "slots"),
        ('[[registry]]\nname = "hub"\nslots = ["PII::*"]\n', "slots"),
        ('[[registry]]\nname = "hub"\nslots = ["a\\u001bb"]\n', "slots"),
        ('[[registry]]\nname = "hub"\n[[registry]]\nname = "zip"\n', "have no slots"),
        (
            '[[registry]]\nname = "hub"\nslots = ["a::*"]\n[[registry]]\nname = "hub"\n',
            "two tables",
        ),
    ],
)
def test_anything_else_is_refused_in_one_sentence(text: str, said: str) -> None:
    """With the file's name, and printable."""
    with pytest.raises(UsageError) as caught:
        _read(text)
    assert said in caught.value.message
    assert caught.value.message.startswith("gates/registries.toml")
    assert caught.value.message.isprintable()
