"""What a killed run left half written: never packed, never compared, and swept once no run can need it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import yaml

from tests.integration.project import ACCOUNT, CODE, REGION, Project

AGO = time.time() - 7200
LEFT = (
    "code/.fc-guard-0a1b2c3d",
    "code/deep/.fc-guard-0a1b2c3e",
    ".s.yaml.fc-guard-0a1b2c3d",
    ".s/fc-guard/.tmp.lineage.4711.0a1b2c3d",
    ".s/fc-guard/{place}/fc2.function/.tmp.demo.hello.json.4711.0a1b2c3d",
    ".s/fc-guard/code/.tmp.a.zip.4711.0a1b2c3d",
    ".s/fc-guard/rescue/20200101T000000Z-function-demo.hello-0a1b/.tmp.code.zip.4711.0a1b2c3d",
)
LOOKALIKES = (
    "code/.fc-guard-notes",
    "code/fc-guard-0a1b2c3d",
    "code/.fc-guard-0a1b2c3d.txt",
    ".s.yaml.fc-guard-backup",
    ".s/fc-guard/.tmp.mine",
    ".s/fc-guard/{place}/fc2.function/.tmp.demo.hello.json.0a1b2c3d",
)


def put(project: Project, names: tuple[str, ...], when: float) -> list[Path]:
    paths = [project.root / name.format(place=f"{ACCOUNT}/{REGION}") for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half of a fi")
        os.utime(path, (when, when))
    return paths


def write_s_yaml(project: Project) -> None:
    document = {"edition": "3.0.0", "resources": {"one": {"component": "fc-guard", "props": project.props}}}
    (project.root / "s.yaml").write_text(yaml.safe_dump(document))


def uploaded(project: Project) -> list[str]:
    project.run("sync --target-dir there --force")
    code = project.root / "there" / "code"
    return sorted(str(path.relative_to(code)) for path in code.rglob("*") if path.is_file())


@pytest.mark.parametrize("line", ["deploy", "pull -y", "remove -y"])
def test_what_is_old_is_swept_by_a_run_that_holds_the_lock(deployed: Project, line: str) -> None:
    write_s_yaml(deployed)
    old = put(deployed, LEFT, AGO)
    others = put(deployed, LOOKALIKES, AGO)
    deployed.run("plan")
    assert all(path.exists() for path in old)
    deployed.run(line)
    looked_at = [path for path in old if line != "remove -y" or path.parents[0].name not in ("code", "deep")]
    assert [path for path in looked_at if path.exists()] == []
    assert [path for path in others if not path.exists()] == []


def test_what_may_still_be_written_stays_and_is_not_packed(deployed: Project) -> None:
    young = put(deployed, LEFT, time.time())
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    assert deployed.writes() == []
    assert all(path.exists() for path in young)
    deployed.write({"index.py": "# two"})
    deployed.run("deploy")
    assert uploaded(deployed) == ["index.py"]


def test_what_has_a_temporary_name_in_the_project_s_own_folder_is_not_packed(deployed: Project) -> None:
    deployed.props["function"]["codeUri"] = "."
    put(deployed, LEFT, time.time())
    deployed.run("deploy")
    assert uploaded(deployed) == ["code/index.py"]


def test_one_that_got_into_the_package_online_is_on_neither_side(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", files={**CODE, ".fc-guard-0a1b2c3d": "half"})
    for line in ("plan", "drift --exit-code", "deploy"):
        report, person = deployed.run(line)
        assert report.status(exit_code=True) == 0, person.text
        assert "0a1b2c3d" not in person.text
    write_s_yaml(deployed)
    _, person = deployed.run("pull -y")
    assert "0a1b2c3d" not in person.text
    assert sorted(path.name for path in (deployed.root / "code").iterdir()) == ["index.py"]


def test_a_link_with_a_temporary_name_goes_and_its_target_stays(deployed: Project, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("x")
    link = deployed.root / "code" / ".fc-guard-0a1b2c3d"
    link.symlink_to(tmp_path / "precious")
    os.utime(link, (AGO, AGO), follow_symlinks=False)
    deployed.run("deploy")
    assert not link.is_symlink()
    assert (tmp_path / "precious" / "file").exists()
