"""pull: what was changed online comes into s.yaml and the code folder, to the letter, and plan is empty after it."""

from __future__ import annotations

import pytest

from fc_guard.errors import NeedsDecision
from tests.integration.project import Person, Project
from tests.integration.written import S_YAML, Written


@pytest.fixture
def written(project: Project) -> Written:
    """Deployed from an s.yaml that people wrote."""
    found = Written(project)
    found.deploy()
    return found


def test_a_changed_value_is_changed_in_its_line(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    written.project.edit("UpdateService", "demo", description="it's theirs")
    lines, _ = written.pull()
    assert lines == (
        "-        description: 'demo service'   # 描述\n"
        "+        description: 'it''s theirs'   # 描述\n"
        "-        timeout: 10 # seconds\n"
        "+        timeout: 30 # seconds"
    )
    written.require_quiet()


def test_what_both_changed_is_as_online_and_what_only_we_changed_stays_ours(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30, handler="index.other")
    written.save(
        written.text.replace("timeout: 10 #", "timeout: 20 #").replace(
            "name: demo\n        desc", "name: demo\n        desc"
        )
    )
    written.save(written.text.replace('LEVEL: "info"', 'LEVEL: "debug"'))
    lines, _ = written.pull()
    assert lines == (
        "-        handler: index.handler\n+        handler: index.other\n"
        "-        timeout: 20 # seconds\n+        timeout: 30 # seconds"
    )
    report, person = written.run("plan")
    (update,) = report.plan.writes
    assert [change.name for change in update.sends] == ["environmentVariables.LEVEL"]
    assert report.plan.undecided == (), person.text


def test_fields_that_s_yaml_does_not_name_are_added_and_emptied_ones_go(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", initializer="index.init", initializationTimeout=7)
    written.project.edit("UpdateService", "demo", description="", internetAccess=False)
    lines, _ = written.pull()
    assert lines == (
        "-        description: 'demo service'   # 描述\n"
        "+        internetAccess: false\n"
        "+        initializer: index.init\n"
        "+        initializationTimeout: 7"
    )
    written.require_quiet()


def test_lists_keep_their_order(written: Written) -> None:
    config = {"authType": "anonymous", "methods": ["DELETE", "GET", "POST"]}
    written.project.edit("UpdateTrigger", "demo", "hello", "http", triggerConfig=config)
    lines, _ = written.pull()
    assert lines == (
        "-            methods: [POST, GET]   # in our order\n+            methods: [POST, GET, DELETE]   # in our order"
    )
    written.require_quiet()


def test_triggers_come_and_go(written: Written) -> None:
    written.project.edit("DeleteTrigger", "demo", "hello", "tick")
    written.project.edit(
        "CreateTrigger",
        "demo",
        "hello",
        triggerName="hourly",
        triggerType="timer",
        triggerConfig={"cronExpression": "@every 60m", "enable": True, "payload": "{}"},
    )
    written.pull()
    assert written.text.endswith(
        "            methods: [POST, GET]   # in our order\n"
        "        - name: hourly\n"
        "          type: timer\n"
        "          config:\n"
        '            cronExpression: "@every 60m"\n'
        "            enable: true\n"
        '            payload: "{}"\n'
        "        # every five minutes\n"
    )
    written.require_quiet()


@pytest.mark.switches_at_default("fill_async_defaults")
def test_parts_of_the_function_come_and_go(written: Written) -> None:
    name = "        name: demo\n        description"  # they need a role, where s.yaml does not say that there is none
    written.save(written.text.replace(name, name.replace("demo\n", "demo\n        role: ''\n")))
    written.project.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=1)
    written.project.edit("CreateVpcBinding", "demo", vpcId="vpc-1")
    lines, _ = written.pull()
    assert lines == (
        "+        vpcBinding:\n+          - vpc-1\n+        asyncConfiguration:\n+          maxAsyncRetryAttempts: 1"
    )
    written.require_quiet()
    written.project.edit("DeleteFunctionAsyncInvokeConfig", "demo", "hello")
    written.project.edit("DeleteVpcBinding", "demo", "vpc-1")
    written.pull()
    assert "asyncConfiguration" not in written.text
    written.require_quiet()


def test_the_role_that_a_pulled_part_needs_is_ours_to_send_as_if_it_had_been_written_here(written: Written) -> None:
    written.project.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=1)
    written.pull()
    report, person = written.run("plan")
    assert [change.name for action in report.plan.writes for change in action.sends] == ["role"]
    assert report.plan.undecided == ()
    assert "Changed online" not in person.text


def test_a_value_that_comes_from_elsewhere_is_told_with_its_line(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", memorySize=512, timeout=30)
    lines, told = written.pull(status=3)
    assert lines == "-        timeout: 10 # seconds\n+        timeout: 30 # seconds"
    assert "s.yaml:6: function.memorySize  (vars.memory, used as ${vars.memory} at line 22)" in told
    assert "    - memorySize: 128\n    + memorySize: 512" in told
    report, person = written.run("plan")
    assert [change.name for diff in report.plan.diffs for change in diff.changes] == ["memorySize"], person.text
    assert len(report.plan.undecided) == 1
    written.save(written.text.replace("memory: 128 ", "memory: 512 "))
    written.require_quiet()


def test_secrets_are_written_only_when_that_is_said(written: Written) -> None:
    written.project.edit(
        "UpdateFunction", "demo", "hello", environmentVariables={"NAME": "s3cret-one", "TOKEN": "s3cret-two"}
    )
    lines, told = written.pull(status=3)
    assert lines == '-          LEVEL: "info"'  # what goes tells nothing
    assert "s3cret" not in told and "s3cret" not in written.text
    assert "function.environmentVariables.TOKEN  (secret: written only with --include-secrets)" in told
    lines, told = written.pull("--include-secrets")
    assert lines == "-          NAME: demo\n+          NAME: s3cret-one\n+          TOKEN: s3cret-two"
    assert "s3cret" not in told
    assert "NAME: hidden (as online)" in told
    written.require_quiet()


def test_at_a_terminal_what_looks_plain_is_shown_and_v_shows_the_rest(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", environmentVariables={"NAME": "canary", "TOKEN": "s3cret"})
    person = Person(["v", "n"], present=True)
    with pytest.raises(NeedsDecision):
        written.run("pull --include-secrets", person)
    assert "-          NAME: demo\n+          NAME: canary\n+          TOKEN: hidden (as online)" in person.text
    assert person.offered == [("y", "n", "v"), ("y", "n", "v")]
    [shown] = person.shown
    assert "+          TOKEN: s3cret" in shown
    assert "s3cret" not in person.text


def test_what_is_left_out_can_be_seen_if_that_is_said(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", environmentVariables={"NAME": "s3cret", "LEVEL": "info"})
    told = written.pull("--show-values", status=3)[1]
    assert "    - NAME: demo\n    + NAME: s3cret" in told


def test_a_value_that_the_host_would_resolve_is_told(written: Written) -> None:
    written.project.edit("UpdateService", "demo", description="costs ${vars.region}")
    lines, told = written.pull(status=3)
    assert lines == ""
    assert "s.yaml cannot say it" in told


def test_without_a_baseline_everything_is_as_online(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30, description="theirs")
    written.project.write({".s": ""}, "..")
    import shutil

    shutil.rmtree(written.file.parent / ".s")
    lines, _ = written.pull()
    assert lines == ("-        timeout: 10 # seconds\n+        timeout: 30 # seconds\n+        description: theirs")
    written.require_quiet()


def test_what_was_kept_online_is_pulled_too(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    assert written.run("deploy --on-drift keep")[0].status() == 0
    lines, _ = written.pull()
    assert lines == "-        timeout: 10 # seconds\n+        timeout: 30 # seconds"
    written.require_quiet()


def test_what_another_person_does_after_a_pull_is_found(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    written.pull()
    written.project.edit("UpdateFunction", "demo", "hello", timeout=40)
    report, _ = written.run("plan")
    assert len(report.plan.undecided) == 1


def test_a_scope_is_all_that_is_pulled(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30, files={"index.py": "# theirs\n"})
    written.project.edit("UpdateService", "demo", description="theirs")
    lines, _ = written.pull("service")
    assert "timeout" not in lines and "theirs" in lines
    lines, _ = written.pull("--type code")
    assert lines == ""
    assert (written.file.parent / "code" / "index.py").read_text(encoding="utf-8") == "# theirs\n"
    lines, _ = written.pull("function --type config")
    assert lines == "-        timeout: 10 # seconds\n+        timeout: 30 # seconds"
    written.require_quiet()


def test_a_dry_run_writes_nothing_at_all(project: Project) -> None:
    written = Written(project)
    written.deploy()
    import shutil

    shutil.rmtree(written.file.parent / ".s")
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    report, person = written.run("pull --dry-run")
    assert report.status() == 0
    assert "+        timeout: 30 # seconds" in person.text
    assert written.text == S_YAML
    assert not (written.file.parent / ".s").exists()


def test_nobody_there_is_a_dry_run_that_ends_with_3(written: Written) -> None:
    assert written.run("pull")[0].status() == 0
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    report, person = written.run("pull")
    assert report.status() == 3
    assert "Add -y" in person.text
    assert written.text == S_YAML


def test_at_the_terminal_enter_means_no(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    with pytest.raises(NeedsDecision, match="nothing was written"):
        written.run("pull", Person(present=True))
    assert written.text == S_YAML
    report, _ = written.run("pull", Person(["y"], present=True))
    assert report.status() == 0
    assert written.text != S_YAML
    written.require_quiet()


def test_the_old_s_yaml_is_kept(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    _, told = written.pull()
    (kept,) = (written.file.parent / ".s" / "fc-guard" / "pulled").iterdir()
    assert (kept / "s.yaml").read_text(encoding="utf-8") == S_YAML
    assert str(kept) in told
