"""Bad input: one clear message, every problem at once, before anything is written. Never a traceback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date

import pytest
from tests.host.harness import ACCOUNT, Finished, project_v1
from tests.host.scenes import Project, assert_told

pytest_plugins = ("tests.host.stage",)

NO_CONNECTION = "no connection to 127.0.0.1:9: Connection refused"


@pytest.fixture
def project(fresh: Project) -> Iterator[Project]:
    """A project to spoil: whatever was said about it, nothing may have been written."""
    yield fresh
    assert fresh.writes() == []
    assert fresh.services == {}
    assert fresh.baselines() == {}


def refused(run: Finished, *told: str, status: int = 2) -> str:
    """The run ended with this status and one message, which says all this in this order."""
    assert run.status == status, run.text
    assert "Traceback" not in run.text
    assert "  at " not in run.text  # nor one of Node's
    assert run.text.count("error: ") == 1, run.text
    assert_told(run.text, told)
    return run.text


def line_of(project: Project, text: str) -> int:
    """Where `text` stands in s.yaml, counted from 1."""
    lines = (project.folder / "s.yaml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_every_schema_error_is_told_at_once_with_place_value_and_what_is_allowed(project: Project) -> None:
    props = project.props
    props["service"]["name"] = "1shop"
    props["function"] |= {"memorySize": "a lot", "timeout": -1, "runtime": "pyton3"}
    props["triggers"][0]["config"]["methods"] = ["GET", "FETCH"]
    del props["triggers"][1]["config"]["enable"]
    project.save()
    text = refused(project.run("deploy"), "error: bad-props", "hint: Nothing was written.")
    for found, told in (
        ("name: 1shop", 'service.name: "1shop" is not allowed here: a name has letters, digits, _ and -'),
        ("memorySize:", 'function.memorySize: "a lot" must be a whole number'),
        ("timeout:", "function.timeout: -1 must be at least 1"),
        ("runtime:", 'function.runtime: "pyton3" must be one of '),
        ("- FETCH", 'triggers.0.config.methods.1: "FETCH" must be one of GET, POST'),
        ("config:", "triggers.1.config: 'enable' is missing"),
    ):
        assert told in text
        if found != "config:":
            assert f"s.yaml:{line_of(project, found)}: {told}" in text
    assert "did you mean python3?" in text
    assert project.server.admin.journal() == []  # it takes no cloud to say so


def test_an_unknown_key_is_a_warning_with_the_nearest_known_name(fresh: Project) -> None:
    fresh.props["function"]["memorysize"] = 256
    fresh.props["logstore"] = "x"
    fresh.save()
    run = fresh.run("deploy")
    assert run.status == 0, run.text
    place = line_of(fresh, "memorysize:")
    assert f"s.yaml:{place}: unknown key 'memorysize', ignored; did you mean memorySize?" in run.text
    assert f"s.yaml:{line_of(fresh, 'logstore:')}: unknown key 'logstore', ignored" in run.text
    assert fresh.function["memorySize"] == 128


def test_a_misspelled_key_that_would_reset_production_stops_with_its_line(fresh: Project) -> None:
    fresh.props["function"]["memorySize"] = 512
    fresh.save()
    assert fresh.run("deploy").status == 0
    fresh.props["function"]["memorysize"] = fresh.props["function"].pop("memorySize")
    fresh.save()
    told = f"s.yaml:{line_of(fresh, 'memorysize:')}: unknown key 'memorysize', ignored; did you mean memorySize?"
    for command in ("deploy --use-remote", "plan"):
        refused(fresh.run(command), "error: misspelled-key", told, "hint: Nothing was written.")
    assert fresh.function["memorySize"] == 512


def test_a_missing_code_folder(project: Project) -> None:
    shutil.rmtree(project.folder / "code")
    refused(project.run("deploy"), "error: no-code", "The code folder", "does not exist", "hint: Check codeUri")


def test_everything_in_the_code_folder_that_cannot_be_packed_is_told_at_once(project: Project) -> None:
    code = project.folder / "code"
    os.mkfifo(code / "pipe")
    (code / "out").symlink_to("../../elsewhere")
    (code / "dangling").symlink_to("nothing.py")
    refused(
        project.run("deploy"),
        "error: bad-code",
        "dangling: a symbolic link to nothing (nothing.py)",
        "out: a symbolic link out of the folder (../../elsewhere)",
        "pipe: neither a file nor a folder",
        "hint: Remove or mend these, or name them in .fcignore",
    )


def test_a_folder_that_may_not_be_read(project: Project) -> None:
    locked = project.folder / "code" / "locked"
    locked.mkdir(mode=0o000)
    if os.access(locked, os.R_OK):
        pytest.skip("root reads everything")
    refused(project.run("deploy"), "error: bad-code", "locked", "Permission denied")


def test_no_credentials_and_wrong_ones(project: Project) -> None:
    access = project.host.home / ".s" / "access.yaml"
    access.unlink()
    refused(project.run("deploy"), "error: no-credentials", "hint: Add them with `s config add`")

    project.host.with_keys(AccessKeySecret="not-the-secret-of-this-key")
    text = refused(
        project.run("deploy"), "error: access-denied", "SignatureNotMatch", "hint:", "s config get", status=6
    )
    assert "not-the-secret-of-this-key" not in text
    project.host.with_keys(AccessKeyID="LTAInobodysKey")
    refused(project.run("deploy"), "error: access-denied", "hint:", status=6)
    project.host.with_keys(AccountID="my account")
    refused(project.run("deploy"), "error: bad-account", "'my account' is not a number")


def test_the_usual_environment_variables_serve_where_the_host_knows_no_key(fresh: Project) -> None:
    (fresh.host.home / ".s" / "access.yaml").unlink()
    keys = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ACCOUNT["AccessKeyID"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ACCOUNT["AccessKeySecret"],
        "ALIBABA_CLOUD_ACCOUNT_ID": ACCOUNT["AccountID"],
    }
    run = fresh.run("plan", env=keys)
    assert run.status == 0, run.text
    assert "4 resources to create" in run.text


def test_no_network(project: Project) -> None:
    project.host.variables["FC_GUARD_ENDPOINT"] = "http://127.0.0.1:9"
    refused(
        project.run("deploy"),
        "error: no-connection",
        NO_CONNECTION,
        "hint: Nothing was written. Check the network",
        status=6,
    )
    project.host.variables["FC_GUARD_ENDPOINT"] = "ftp://example"
    refused(project.run("deploy"), "error: bad-endpoint", "'ftp://example' is neither `local` nor a URL")


def test_a_file_for_function_compute_3(project: Project) -> None:
    project.steps["one"] = {
        "region": "cn-hangzhou",
        "functionName": "hello",
        "runtime": "python3.10",
        "handler": "index.handler",
        "code": "./code",
    }
    project.save()
    place = line_of(project, "functionName:")
    refused(project.run("deploy"), "error: fc3-file", f"s.yaml:{place}: functionName", "Function Compute 3.0", "fc3")


def test_unknown_options_are_told_with_a_suggestion(project: Project) -> None:
    refused(
        project.run("deploy --use-remot --on-drift overwite --type cod"),
        "error: bad-option",
        "Unknown option --use-remot. Did you mean --use-remote?",
        "--on-drift overwite: must be one of ask, fail, overwrite, keep, merge",
        "--type cod: must be one of code, config.\n  hint: s deploy -h lists the options.",
    )
    refused(
        project.run("deploy --use-remote --on-drift keep"), "--use-remote and --on-drift keep contradict each other"
    )


def test_an_empty_value_and_a_name_that_stands_twice(project: Project) -> None:
    project.props["function"]["environmentVariables"] = {"EMPTY": ""}
    project.props["triggers"].append({**project.props["triggers"][1], "name": "http"})
    project.save()
    refused(
        project.run("deploy"),
        "error: bad-props",
        "function.environmentVariables.EMPTY: FC refuses an empty value",
        "triggers.2.name: 'http' stands twice",
    )


def test_a_reference_that_edition_1_leaves_unresolved(project: Project) -> None:
    """The v2 contract hands over what it cannot resolve as it stands; it must not become a value online."""
    project.props["function"]["environmentVariables"] = {"URL": "${nothing.output.url}"}
    project_v1(project.folder, project.steps)
    run = project.run("deploy")
    assert run.status == 2, run.text
    # Told twice: host 3.1.10 shows errors of this edition as raw JSON, so the bridge says it in words as well.
    assert_told(run.stderr, ("error: bad-props", "s.yaml:", "${nothing.output.url}", "was not resolved"))
    assert "Traceback" not in run.text


def test_what_fc_refuses_is_told_in_fcs_words(fresh: Project) -> None:
    """A schema cannot know it all: service and function are made by then, and recorded."""
    fresh.props["triggers"][1]["config"]["cronExpression"] = "0 0 8 * * mon"  # no rule of fc-guard
    fresh.save()
    run = fresh.run("deploy")
    refused(run, "error: partly-applied", "CreateTrigger: CronExpression is set to an invalid value", status=7)
    fresh.props["triggers"][1]["config"]["cronExpression"] = "@every 9m"
    fresh.save()
    fresh.server.admin.clear_journal()
    run = fresh.run("deploy")
    assert run.status == 0, run.text
    assert fresh.writes() == ["CreateTrigger"]


@pytest.mark.parametrize("levels", [40, 150, 300, 3000])
def test_props_that_are_nested_without_end_are_told_and_nothing_hangs(project: Project, levels: int) -> None:
    project.save()
    text = (project.folder / "s.yaml").read_text(encoding="utf-8")
    nested = "[" * levels + "]" * levels
    text = text.replace("      region:", f"      odd: {nested}\n      region:")
    (project.folder / "s.yaml").write_text(text, encoding="utf-8")
    run = project.run("deploy")
    assert run.status in (1, 2), run.text  # of 3,000 levels the host itself may say that it cannot read them
    assert "Traceback" not in run.text
    assert "defect" not in run.text
    if levels < 3000:
        assert "nested deeper than" in run.text


def test_an_unquoted_date_is_told_to_be_quoted(project: Project) -> None:
    project.props["function"]["description"] = date(2024, 1, 31)
    project.props["function"]["environmentVariables"] = {"RELEASED": date(2024, 1, 31)}
    project.save()
    text = refused(project.run("deploy"), "function.description: 2024-01-31 is a date; quote it to have it as text")
    assert_told(text, ("function.environmentVariables.RELEASED: the value is a date; quote it to have it as text",))
