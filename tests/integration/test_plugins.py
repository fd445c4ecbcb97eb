"""A plugin fills props in before a deployment. The host runs it for `deploy` alone: other commands get what is written,
and tell what they cannot know instead of calling it wrong, or changed."""

from __future__ import annotations

import base64
import copy
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from fc_guard.engine.run.session import desired_from
from fc_guard.errors import BadInput
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.plugins import Plugin
from fc_guard.inputs.props import check
from fc_guard.inputs.unfinished import settling
from fc_guard.model.plans import Verb
from fc_guard.model.reports import Report
from fc_local.server import LocalServer
from tests.integration.homes import HOMES
from tests.integration.project import ACCOUNT, CODE, REGION, Person, Project

FILLED = {"runtime": "python3", "memorySize": 512, "environmentVariables": {"LEVEL": "info", "TOKEN": "canary-7"}}


@dataclass
class Filled:
    """A project whose s.yaml leaves to a plugin what `FILLED` says."""

    project: Project

    def write(self, **function: Any) -> None:
        """Writes s.yaml; the props of all commands but deploy are those that stand in it."""
        written = copy.deepcopy(self.project.props)
        written["function"] = {key: value for key, value in written["function"].items() if key not in FILLED}
        written["function"] |= function
        self.save(written)

    def save(self, props: Mapping[str, Any]) -> None:
        self.project.props = dict(props)
        actions = {"pre-deploy": [{"plugin": "./fill"}]}
        step = {"component": "fc-guard", "actions": actions, "props": {**props, "endpoint": self.project.server.url}}
        document = {"edition": "3.0.0", "name": "app", "resources": {"one": step}}
        self.yaml.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    @property
    def yaml(self) -> Path:
        return self.project.root / self.project.file

    @property
    def said(self) -> dict[str, Any]:
        """What the host would read from s.yaml."""
        found: dict[str, Any] = yaml.safe_load(self.yaml.read_text(encoding="utf-8"))["resources"]["one"]["props"]
        return found

    def deploy(self) -> None:
        """The host runs the plugin, and deploys."""
        filled = copy.deepcopy(self.project.props)
        filled["function"] |= FILLED
        report, _ = self.deployed(filled, "deploy --use-remote")
        assert report.status() == 0

    def deployed(
        self, props: Mapping[str, Any], line: str = "deploy", person: Person | None = None
    ) -> tuple[Report, str]:
        """The host runs a plugin that returns `props`, and deploys."""
        written, self.project.props = self.project.props, copy.deepcopy(dict(props))
        report, someone = self.project.run(line, person)
        self.project.props = written
        return report, someone.text

    def run(self, line: str) -> tuple[Report, str]:
        report, person = self.project.run(line)
        return report, person.text


@pytest.fixture
def filled(tmp_path: Path, server: LocalServer) -> Filled:
    found = Filled(Project(tmp_path / "a", server))
    found.write()
    return found


def changes(report: Report) -> list[str]:
    return [f"{action.id.kind} {change.name}" for action in report.plan.actions for change in action.diff.changes]


def zipped(files: Mapping[str, str]) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return base64.b64encode(buffer.getvalue()).decode()


def at_risk(report: Report) -> list[str]:
    return [change.name for action in report.plan.actions for change in action.diff.changes if change.at_risk]


def verbs(report: Report) -> set[Verb]:
    return {action.verb for action in report.plan.actions}


@pytest.mark.parametrize("line", ["plan", "drift", "info", "pull -y", "rescue", "history"])
def test_before_the_first_deployment_no_command_calls_the_file_wrong(filled: Filled, line: str) -> None:
    report, _ = filled.run(line)
    assert report.status() == 0
    assert filled.project.writes() == []


def test_a_plan_of_what_is_new_shows_what_is_written(filled: Filled) -> None:
    report, _ = filled.run("plan")
    assert verbs(report) == {Verb.CREATE}


@pytest.mark.parametrize("line", ["plan", "drift", "info", "pull -y"])
def test_right_after_a_deployment_nothing_is_told_as_changed(filled: Filled, line: str) -> None:
    filled.deploy()
    before = filled.yaml.read_bytes()
    report, text = filled.run(line)
    assert report.status(exit_code=True) == 0
    assert changes(report) == []
    assert filled.yaml.read_bytes() == before
    assert "canary-7" not in text


def test_one_note_of_a_plan_says_what_was_taken_as_deployed(filled: Filled) -> None:
    filled.deploy()
    report, _ = filled.run("plan")
    assert report.notes == (
        "Not in s.yaml, and taken as it was last deployed, since the plugin of s.yaml:8 may say it:\n"
        "  function demo/hello: environmentVariables.LEVEL, environmentVariables.TOKEN, memorySize, runtime",
    )
    assert filled.run("drift")[0].notes == ()


def test_what_is_written_otherwise_than_it_was_deployed_is_a_change(filled: Filled) -> None:
    """Whether somebody edited the file, or the plugin overrides it each time, cannot be told apart."""
    filled.deploy()
    filled.write(memorySize=128, timeout=11)
    report, _ = filled.run("plan")
    assert changes(report) == ["function memorySize", "function timeout"]
    assert report.status(exit_code=True) == 10


def test_what_somebody_changed_online_is_found_whoever_says_it(filled: Filled) -> None:
    filled.deploy()
    filled.project.edit("UpdateFunction", "demo", "hello", memorySize=1024, timeout=60)
    for line in ("plan", "drift"):
        report, _ = filled.run(line)
        assert changes(report) == ["function memorySize", "function timeout"]
        assert report.status(exit_code=True) == 3


def test_a_secret_of_the_plugin_that_was_changed_online_is_found_and_hidden(filled: Filled) -> None:
    filled.deploy()
    filled.project.edit("UpdateFunction", "demo", "hello", environmentVariables={"LEVEL": "info", "TOKEN": "canary-8"})
    report, text = filled.run("plan")
    assert changes(report) == ["function environmentVariables.TOKEN"]
    assert "canary" not in text


def test_a_pull_takes_over_what_s_yaml_decides_and_leaves_what_the_plugin_may_set(filled: Filled) -> None:
    filled.deploy()
    filled.project.edit("UpdateFunction", "demo", "hello", memorySize=1024, timeout=60, instanceConcurrency=5)
    report, text = filled.run("pull -y")
    assert filled.said["function"].items() >= {"timeout": 60, "instanceConcurrency": 5}.items()
    assert filled.said["function"].keys().isdisjoint(FILLED)
    assert "function.memorySize  (the plugin of s.yaml:8 may set it)" in text
    assert report.status() == 3
    filled.project.props = filled.said
    assert at_risk(filled.run("plan")[0]) == ["memorySize"]  # it is asked about at the next deployment


def test_what_was_emptied_online_is_left_to_a_person(filled: Filled) -> None:
    """Taken out of s.yaml it would be taken as it was deployed, by every command that does not run the plugin."""
    filled.deploy()
    filled.project.edit("UpdateService", "demo", description="")
    report, text = filled.run("pull -y")
    assert report.status() == 3
    assert "the plugin of s.yaml" in text
    assert filled.said["service"]["description"]


def test_what_the_plugin_overrides_is_not_pulled_into_s_yaml(filled: Filled) -> None:
    """The next deployment would undo it."""
    filled.write(memorySize=128)
    filled.deploy()
    filled.project.edit("UpdateFunction", "demo", "hello", memorySize=1024)
    filled.run("pull -y")
    assert filled.said["function"]["memorySize"] == 128


def test_what_was_pulled_and_the_plugin_undoes_is_asked_about(filled: Filled) -> None:
    """A plugin may say by chance what s.yaml says, and go on saying it."""
    filled.deploy()
    filled.project.edit("UpdateFunction", "demo", "hello", timeout=60)
    assert filled.run("pull -y")[0].status() == 0
    assert filled.said["function"]["timeout"] == 60
    overridden = copy.deepcopy(filled.project.props)
    overridden["function"] |= FILLED
    assert filled.deployed(overridden)[0].status() == 3
    overridden["function"]["timeout"] = 60
    assert filled.deployed(overridden)[0].status() == 0


@pytest.mark.parametrize("asks", [False, True], ids=["pull", "p at deploy's question"])
def test_code_that_the_plugin_may_make_is_saved_and_asked_about(filled: Filled, asks: bool) -> None:
    version = {"version.py": "V = 1\n"}
    filled.project.write({**CODE, **version}, folder="built")
    made = copy.deepcopy(filled.project.props)
    made["function"] |= {**FILLED, "codeUri": "built"}
    filled.deployed(made, "deploy --use-remote")
    fixed = {"index.py": CODE["index.py"] + "# fix\n", **version}
    filled.project.edit("UpdateFunction", "demo", "hello", code={"zipFile": zipped(fixed)})
    if asks:
        report, text = filled.deployed(made, "deploy", Person(["p", "y"], present=True))
    else:
        report, text = filled.run("pull -y")
    assert report.status() == 3
    assert "not written into the project, since the plugin of s.yaml:8 may set it" in text
    assert "demo-hello.zip" in text
    for folder in ("code", "built"):
        assert (filled.project.root / folder / "index.py").read_text(encoding="utf-8") == CODE["index.py"]
    filled.project.server.admin.clear_journal()
    assert filled.deployed(made)[0].status() == 3
    assert filled.project.writes() == []


def test_of_a_part_that_was_deployed_the_rest_is_not_pulled(filled: Filled) -> None:
    other = Project(filled.project.root.parent / "other", filled.project.server)
    other.props["function"]["memorySize"] = 1024
    other.run("deploy --use-remote")
    made = copy.deepcopy(filled.project.props)
    made["function"] |= FILLED
    filled.project.write({"index.py": "x = 2\n"})
    assert filled.deployed(made, "deploy function --type code --use-remote")[0].status() == 0
    report, text = filled.run("pull -y")
    assert "function.memorySize  (the plugin of s.yaml:8 may set it)" in text
    assert report.status() == 3
    assert "memorySize" not in filled.said["function"]
    assert filled.deployed(made)[0].status() == 3


def test_a_key_of_a_map_that_the_plugin_sets_is_not_pulled(filled: Filled) -> None:
    filled.write(environmentVariables={"LEVEL": "info"})
    filled.deploy()
    changed = {**FILLED["environmentVariables"], "FIX": "on"}
    filled.project.edit("UpdateFunction", "demo", "hello", environmentVariables=changed)
    report, text = filled.run("pull -y --include-secrets")
    assert "function.environmentVariables.FIX  (the plugin of s.yaml:8 may set it)" in text
    assert report.status() == 3
    assert filled.said["function"]["environmentVariables"] == {"LEVEL": "info"}
    made = copy.deepcopy(filled.project.props)
    made["function"] |= FILLED
    assert filled.deployed(made)[0].status() == 0
    state = filled.project.server.admin.state(REGION, ACCOUNT)
    assert state["services"]["demo"]["functions"]["hello"]["environmentVariables"] == changed


def test_what_was_deleted_or_made_online_is_left_to_a_person(filled: Filled) -> None:
    filled.deploy()
    timer = {"cronExpression": "@every 9m", "enable": True, "payload": ""}
    filled.project.edit("DeleteTrigger", "demo", "hello", "http")
    filled.project.edit("CreateTrigger", "demo", "hello", triggerName="bob", triggerType="timer", triggerConfig=timer)
    before = filled.yaml.read_bytes()
    report, text = filled.run("pull -y")
    assert "triggers.http  (deleted online, and the plugin of s.yaml:8 may name it)" in text
    assert "trigger demo/hello/bob  (made online, and s.yaml does not name it)" in text
    assert report.status() == 3
    assert filled.yaml.read_bytes() == before


def test_what_was_never_deployed_from_here_is_not_pulled(filled: Filled, tmp_path: Path) -> None:
    filled.deploy()
    other = Filled(Project(tmp_path / "b", filled.project.server))
    other.write()
    other.save({key: value for key, value in other.project.props.items() if key != "triggers"})
    before = other.yaml.read_bytes()
    report, text = other.run("pull -y")
    assert "function.memorySize  (the plugin of s.yaml:8 may set it)" in text
    assert "trigger demo/hello/tick  (made online, and s.yaml does not name it)" in text
    assert report.status() == 3
    assert other.yaml.read_bytes() == before


def test_a_trigger_that_the_plugin_names_is_not_missed(filled: Filled) -> None:
    filled.deploy()
    filled.save({key: value for key, value in filled.project.props.items() if key != "triggers"})
    report, text = filled.run("plan --prune")
    assert verbs(report) == {Verb.NOTHING}
    assert "  trigger demo/hello/http\n  trigger demo/hello/tick" in text
    assert changes(filled.run("drift")[0]) == []


def test_what_was_deleted_of_what_the_plugin_names_is_left_to_a_person(filled: Filled) -> None:
    filled.deploy()
    filled.save({key: value for key, value in filled.project.props.items() if key != "triggers"})
    filled.project.edit("DeleteTrigger", "demo", "hello", "tick")
    before = filled.yaml.read_bytes()
    report, text = filled.run("pull -y")
    assert "trigger demo/hello/tick  (deleted online, and s.yaml does not name it)" in text
    assert report.status() == 3
    assert filled.yaml.read_bytes() == before


def test_code_that_is_not_there_yet_is_left_to_the_plugin(filled: Filled) -> None:
    filled.deploy()
    filled.write(codeUri="./built")
    report, text = filled.run("plan")
    assert changes(report) == []
    assert "built" in text
    assert "It is left to the plugin of s.yaml:8." in text


def test_code_is_compared_though_the_runtime_is_missing(filled: Filled) -> None:
    filled.deploy()
    filled.project.write({"index.py": "changed = True\n"})
    assert changes(filled.run("plan")[0]) == ["function code"]


def test_what_the_plugin_deployed_is_removed(filled: Filled) -> None:
    filled.deploy()
    report, _ = filled.run("remove -y")
    assert report.status() == 0
    assert filled.project.server.admin.state(REGION, ACCOUNT)["services"] == {}


ROUTES = [{"path": "/*", "serviceName": "demo", "functionName": "hello"}]
DOMAIN = {"domainName": "api.example.com", "protocol": "HTTP", "routeConfigs": ROUTES}


def deployed_with_domain(filled: Filled) -> None:
    made = copy.deepcopy(filled.project.props)
    made["function"] |= FILLED
    made["customDomains"] = [DOMAIN]
    assert filled.deployed(made, "deploy --use-remote")[0].status() == 0


def test_a_domain_of_which_the_plugin_says_a_part_is_removed(filled: Filled) -> None:
    named = {key: value for key, value in DOMAIN.items() if key != "routeConfigs"}
    filled.save({**filled.project.props, "customDomains": [named]})
    deployed_with_domain(filled)
    assert "  customDomain api.example.com: routeConfig.routes./*" in filled.run("plan")[1]
    assert filled.run("remove -y")[0].status() == 0
    assert not filled.project.server.admin.state(REGION, ACCOUNT).get("customDomains")


@pytest.mark.parametrize("written", [{}, {"customDomains": [{"protocol": "HTTP"}]}], ids=["no domains", "no name"])
def test_a_removal_tells_what_stays_since_the_plugin_alone_names_it(filled: Filled, written: dict[str, Any]) -> None:
    filled.save({**filled.project.props, **written})
    deployed_with_domain(filled)
    report, text = filled.run("remove -y")
    assert "the plugin of s.yaml" in text
    assert text.endswith("may say it, and so not deleted:\n  customDomain api.example.com")
    assert report.status() == 3
    filled.project.edit("DeleteCustomDomain", "api.example.com")
    assert filled.run("remove -y")[0].status() == 0


def test_a_trigger_whose_type_the_plugin_says_is_as_it_was_deployed(filled: Filled) -> None:
    triggers = copy.deepcopy(filled.project.props["triggers"])
    del triggers[1]["type"]
    filled.save({**filled.project.props, "triggers": triggers})
    assert filled.run("plan")[0].status() == 0
    made = copy.deepcopy(filled.project.props)
    made["function"] |= FILLED
    made["triggers"][1]["type"] = "timer"
    assert filled.deployed(made, "deploy --use-remote")[0].status() == 0
    for line in ("plan", "drift", "info", "pull -y"):
        report, _ = filled.run(line)
        assert report.status(exit_code=True) == 0
        assert changes(report) == []
    assert filled.run("remove -y")[0].status() == 0


def test_a_later_step_with_a_plugin_stops_no_removal(filled: Filled) -> None:
    filled.deploy()
    document = yaml.safe_load(filled.yaml.read_text(encoding="utf-8"))
    two = copy.deepcopy(document["resources"]["one"])
    two["props"]["service"]["name"] = "other"
    document["resources"]["two"] = two
    filled.yaml.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    filled.project.props["endpoint"] = filled.project.server.url
    assert filled.run("remove -y")[0].status() == 0


def _spoiled(props: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields the props with one key gone, or with an odd value, at every place."""
    for place in _places(props, ()):
        for odd in (None, "${env.X}", 7, [], {}):
            spoiled = copy.deepcopy(dict(props))
            around: Any = spoiled
            for key in place[:-1]:
                around = around[key]
            if odd is not None:
                around[place[-1]] = odd
            else:
                del around[place[-1]]
            yield spoiled


def _places(value: Any, place: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*place, key)
        yield from _places(item, (*place, key))


@pytest.mark.parametrize("home", HOMES)
def test_whatever_is_missing_or_odd_the_rest_can_be_looked_at(home: str) -> None:
    settle = settling(Plugin("./fill", "s.yaml:8"))
    for props in _spoiled(HOMES[home]):
        try:
            checked = check(props, Places(None, "one"), LAYOUTS, settle)
        except BadInput as error:
            assert error.reference == "bad-props"
            continue
        desired_from(checked.layout.kinds, checked.props, ACCOUNT, REGION)
