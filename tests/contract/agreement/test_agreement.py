"""What must agree with each other: tables, manifests, schemas, the SDK, the documents."""

from __future__ import annotations

import configparser
import copy
import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from alibabacloud_fc_open20210406 import models
from jsonschema import Draft7Validator
from tests.known import FC_KINDS, kind_named, props_schema

from fc_guard import __version__
from fc_guard.cloud.fc2.gateway import SPELLINGS
from fc_guard.cloud.fc2.operations import OPERATIONS
from fc_guard.commands import COMMANDS
from fc_guard.inputs.fc2.pem import numbered
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.fields import FieldPath

ROOT = Path(__file__).resolve().parents[3]


def test_generated_files_are_current() -> None:
    done = subprocess.run([sys.executable, ROOT / "script" / "generate", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_text_without_a_translation_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "script"))
    pages = importlib.import_module("props_docs")
    texts = json.loads((ROOT / "schema" / "zh.json").read_text(encoding="utf-8"))
    gone = ("Trigger name; letters, digits, _ and -", "Retries of a call that failed")
    assert pages.without_translation(props_schema(), texts) == []
    left = {text: said for text, said in texts.items() if text not in gone}
    assert set(pages.without_translation(props_schema(), left)) == set(gone)


def test_every_list_of_commands_is_the_same() -> None:
    manifest = yaml.safe_load((ROOT / "publish.yaml").read_text(encoding="utf-8"))
    door = (ROOT / "src" / "index.js").read_text(encoding="utf-8")
    methods = re.findall(r"^  (\w+)\(inputs\) \{$", door, re.M)
    assert list(COMMANDS) == methods
    assert set(manifest["Commands"]) == set(COMMANDS)
    assert set(json.loads((ROOT / "src" / "commands.json").read_text())["commands"]) == set(COMMANDS)


def test_no_word_that_is_no_command_is_listed_as_one() -> None:
    """`src/elsewhere.json` is the table of what is not here; the door makes a method of each of its words."""
    words = json.loads((ROOT / "src" / "elsewhere.json").read_text(encoding="utf-8"))
    manifest = yaml.safe_load((ROOT / "publish.yaml").read_text(encoding="utf-8"))
    listed = {*COMMANDS, *manifest["Commands"]}
    assert words
    assert not listed & set(words)
    assert all(text.endswith(".") and "\n" not in text for text in words.values())
    show = "console.log(JSON.stringify(Object.getOwnPropertyNames(require(process.argv[1]).prototype))); process.exit()"
    done = subprocess.run(["node", "-e", show, ROOT], capture_output=True, text=True, check=True)
    assert {*COMMANDS, *words} == set(json.loads(done.stdout)) - {"constructor", "commands", "getSchema"}


def test_every_place_names_the_same_version() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    manifest = yaml.safe_load((ROOT / "publish.yaml").read_text(encoding="utf-8"))
    package = json.loads((ROOT / "package.json").read_text())
    assert {setup["metadata"]["version"], str(manifest["Version"]), package["version"]} == {__version__}
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_setup_cfg_names_every_package() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    named = set(setup["options"]["packages"].split()) - {"fc_guard.schema"}
    there = {".".join(path.parent.relative_to(ROOT / "src").parts) for path in (ROOT / "src").rglob("__init__.py")}
    assert named == there


def test_requirements_and_setup_cfg_ask_for_the_same() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    lines = (ROOT / "requirements.in").read_text().splitlines()
    assert sorted(setup["options"]["install_requires"].split()) == sorted(
        line for line in lines if line and not line.startswith(("#", "--"))
    )


@pytest.mark.parametrize("name", ["props.json", "service.json", "function.json", "trigger.json", "customDomain.json"])
def test_schemas_are_valid_and_in_the_host_s_dialect(name: str) -> None:
    """Host 3.1.10 validates with draft-07, strictly: no $id, no format, no unknown keyword."""
    schema = json.loads((ROOT / "schema" / name).read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    known = {
        "$schema", "type", "required", "properties", "description", "anyOf", "allOf", "if", "then", "const", "enum",
        "items", "pattern", "minLength", "maxLength", "minimum", "maximum", "multipleOf", "minItems", "definitions",
        "$ref", "additionalProperties", "default", "$comment",
    }  # fmt: skip

    def keywords(node: Any) -> set[str]:
        if not isinstance(node, dict):
            return set()
        found = set(node)
        for key, value in node.items():
            if key in ("properties", "definitions"):
                found |= {word for child in value.values() for word in keywords(child)}
            elif isinstance(value, list):
                found |= {word for child in value for word in keywords(child)}
            else:
                found |= keywords(value)
        return found

    assert keywords(schema) <= known
    assert '"type": [' not in json.dumps(schema)  # union types make the host print a warning


def test_every_operation_of_a_kind_can_be_sent() -> None:
    for kind in FC_KINDS:
        operations = kind.operations
        optional = {name for name in (operations.read, operations.update) if name}  # a listed kind may have neither
        assert {operations.create, operations.delete, operations.list, *optional} <= OPERATIONS.keys()
        assert all(OPERATIONS[name].reads for name in (operations.read, operations.list) if name)
        assert operations.read or kind.listed


def test_every_operation_takes_as_many_names_as_its_kind_gives_it() -> None:
    for kind in FC_KINDS:
        of, inside = kind.operations, len(CATALOG.chain(kind)) - 1
        itself = inside + of.in_path
        given = {of.create: inside, of.read: itself, of.update: itself, of.delete: itself, of.list: inside}
        taken = {name: _names_in_path(name) for name in given if name}
        assert taken == {name: count for name, count in given.items() if name}, kind.name


def _names_in_path(name: str) -> int:
    """The parameters of the SDK's method besides the client, the headers, the runtime options and the request."""
    operation = OPERATIONS[name]
    return len(inspect.signature(operation.method).parameters) - 3 - (operation.request is not None)


def test_every_answer_has_the_member_that_names_its_resource() -> None:
    """Without it, a write that worked would be one of unknown outcome."""
    for kind in FC_KINDS:
        of = kind.operations
        for name in {of.read, of.create, of.update} - {""} if of.read else ():
            assert kind.name_field in _wire_names(getattr(models, f"{name}ResponseBody")), (kind.name, name)


def sample(schema: dict[str, Any]) -> Any:
    """A value that the schema allows, with every property."""
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        if isinstance(schema.get("additionalProperties"), dict):
            return {"KEY": "value"}
        return {name: sample(child) for name, child in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"])]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return "acs:ram::1:role/x" if "role" in schema.get("pattern", "") else "name"


def full_props() -> dict[str, Any]:
    kinds = props_schema()["definitions"]
    triggers = [
        {
            **{"name": branch["if"]["properties"]["type"]["const"], "description": "d", "qualifier": "LATEST"},
            **{"type": branch["if"]["properties"]["type"]["const"], "role": "acs:ram::1:role/x"},
            "config": sample(branch["then"]["properties"]["config"]),
        }
        for branch in kinds["trigger"]["allOf"]
    ]
    return {
        "region": "cn-hangzhou",
        "service": sample(kinds["service"]),
        "function": sample(kinds["function"]),
        "triggers": triggers,
        "customDomains": [sample(kinds["customDomain"])],
    }


def test_the_sdk_sends_every_field_that_a_kind_can_ask_for() -> None:
    """The SDK's request models drop unknown keys without a word."""
    props = full_props()
    for kind in FC_KINDS:
        wanted = kind.desired(props, "1", "cn-hangzhou")
        assert wanted, kind.name
        asked: set[FieldPath] = {path for item in wanted for path in (*item.fields, *item.carried)}
        made_anew = {path for item in wanted for path in item.fields if kind.replaced(item.fields, path)}
        for name in {kind.operations.create, kind.operations.update} - {""}:
            model = OPERATIONS[name].request
            assert model is not None
            spelled = {
                SPELLINGS.get(name, {}).get(path[0], path[0])
                for path in asked
                if not (path in {*kind.rules.fixed, *made_anew} and name == kind.operations.update)
            }
            known = set(_wire_names(model))
            assert spelled <= known, (name, spelled - known)


def test_every_field_that_can_be_asked_for_is_known_as_one_that_can_be_set() -> None:
    props = full_props()
    for kind in CATALOG.kinds:
        for desired in kind.desired(props, "1", "cn-hangzhou"):
            for path in (*desired.fields, *desired.carried, *desired.initial):
                known = path in kind.rules.known or kind.rules.map_of(path) is not None
                assert known or path in kind.rules.server_owned, (kind.name, path)


def _wire_names(model: type) -> list[str]:
    source = Path(sys.modules[model.__module__].__file__ or "").read_text(encoding="utf-8")
    body = re.search(rf"^class {model.__name__}\(.*?(?=^class )", source, re.M | re.S)
    return re.findall(r"result\['(\w+)'\]", body[0]) if body else []


def asked_for(props: dict[str, Any]) -> list[Any]:
    return [
        (item.id, dict(item.fields), item.declared) for kind in CATALOG.kinds for item in kind.desired(props, "1", "r")
    ]


def without(value: Any, path: tuple[str | int, ...]) -> Any:
    """A copy without what stands at a path."""
    result = copy.deepcopy(value)
    place = result
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return result


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path]


NAMES = {"name", "serverAddr", "nasDir", "fcDir", "mountDir"}  # nothing stands without these
CODE_PROPS = {"codeUri", "ossBucket", "ossKey"}  # the package is made elsewhere


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in leaves({k: full_props()[k] for k in ("service", "function")})
        if path[-1] not in NAMES | CODE_PROPS
    ],
    ids=lambda path: ".".join(map(str, path)),
)
def test_every_prop_of_the_schema_reaches_a_resource(path: tuple[str | int, ...]) -> None:
    """A prop that is allowed and then dropped would be a silent lie."""
    props = full_props()
    assert asked_for(without(props, path)) != asked_for(props)


def test_every_prop_of_a_trigger_and_a_domain_reaches_it() -> None:
    props = full_props()
    kinds = props_schema()["definitions"]
    for item in props["triggers"]:
        _each_prop_counts(item, "trigger", {"name", "type", "config", "sourceArn"})
        for key in item["config"]:
            without = {**item, "config": {name: value for name, value in item["config"].items() if name != key}}
            assert _desired("trigger", without) != _desired("trigger", item), (item["type"], key)
    for domain in props["customDomains"]:
        assert domain.keys() == kinds["customDomain"]["properties"].keys()
        _each_prop_counts(domain, "customDomain", {"domainName", "certId"})
        del domain["certConfig"]
        (by_number,) = numbered({"customDomains": [domain]})
        assert by_number.place == ("customDomains", 0, "certId")


def _each_prop_counts(item: dict[str, Any], kind: str, besides: set[str]) -> None:
    unneeded = {"http", "timer", "eventbridge"} & {item.get("type")} and {"role"}
    for key in item.keys() - besides - (unneeded or set()):
        without = {name: value for name, value in item.items() if name != key}
        assert _desired(kind, without) != _desired(kind, item), (item, key)


def _desired(kind: str, item: dict[str, Any]) -> Any:
    of = {"trigger": "triggers", "customDomain": "customDomains"}[kind]
    step = {"service": {"name": "s"}, "function": {"name": "f"}, of: [item]}
    (desired,) = kind_named(kind).desired(step, "1", "r")
    return desired.fields, desired.carried


def test_every_error_reference_is_in_the_table_of_statuses() -> None:
    table = (ROOT / "docs" / "exit-statuses.md").read_text(encoding="utf-8")
    listed = {
        (int(row[0]), ref)
        for row in re.findall(r"^\| (\d+)[^|]*\|([^|]*)\|", table, re.M)
        for ref in re.findall(r"`([\w-]+)`", row[1])
    }
    from fc_guard import errors

    for item in vars(errors).values():
        if isinstance(item, type) and issubclass(item, errors.GuardError) and item is not errors.GuardError:
            assert (item.status, item.reference) in listed or item.status == 130, item


def test_every_prop_is_explained_in_english_and_in_chinese() -> None:
    texts = json.loads((ROOT / "schema" / "zh.json").read_text(encoding="utf-8"))
    described = [text for _, text in _described(props_schema(), "")]
    assert set(texts) == set(described)
    assert all(texts.values())
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("props.md", "props.zh.md")]
    english, chinese = (re.findall(r"^\| `([^`]+)`", page, re.M) for page in pages)
    assert english == chinese
    assert len(english) == len(described) - len(props_schema()["properties"].keys() - {"service", "function"})


def _described(schema: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    """Every prop that the schema names, with its description, without which it fails."""
    for name, below in schema.get("properties", {}).items():
        path = f"{place}.{name}"
        if "$ref" not in below:
            assert below.get("description"), path
            yield path, below["description"]
        yield from _described(below, path)
    for part in schema.get("anyOf", ()):
        yield from _described(part, place)
    for part in schema.get("allOf", ()):  # what a trigger's config holds depends on its type
        yield from _described(part["then"]["properties"]["config"], f"{place}.config")
    if isinstance(schema.get("items"), dict):
        yield from _described(schema["items"], place)
    for name, below in schema.get("definitions", {}).items():
        yield from _described(below, name)
