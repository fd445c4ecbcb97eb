"""`.fcignore` as people write it: what it means to leave out is not uploaded, and what it does not do is told once."""

from __future__ import annotations

import codecs
import zipfile
from io import BytesIO
from typing import Final

import pytest

from fc_guard.artifacts.ignore import meant
from tests.integration.project import Project
from tests.integration.silence import assert_silent, deployed
from tests.integration.test_code_sources import online

FILES: Final = {
    "index.py": "# code\n",
    "secret.pem": "-----BEGIN-----\n",
    "data/a.csv": "1\n",
    "lib/data/b.csv": "1\n",
    "lib/keep.py": "# kept\n",
}


@pytest.fixture
def folder(project: Project) -> Project:
    project.write(FILES)
    return project


def ignore(project: Project, data: bytes) -> None:
    (project.root / "code" / ".fcignore").write_bytes(data)


def packed(project: Project) -> set[str]:
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
    with zipfile.ZipFile(BytesIO(online(project))) as archive:
        return set(archive.namelist())


def told(project: Project, line: str = "plan") -> str:
    return project.run(line)[1].text


@pytest.mark.parametrize(
    ("rules", "gone"),
    [
        ("./secret.pem\n", {"secret.pem"}),
        ("././secret.pem\n", {"secret.pem"}),
        ("./data\n", {"data/a.csv"}),
        ("./data/\n", {"data/a.csv"}),
        ("data/\n", {"data/a.csv", "lib/data/b.csv"}),
        ("  secret.pem  \n", {"secret.pem"}),
        ("./*.pem\n", {"secret.pem"}),
        ("lib\\data\n", {"lib/data/b.csv"}),
        ("lib\\data\\\n", {"lib/data/b.csv"}),
        ("lib/*\n!./lib/keep.py\n", {"lib/data/b.csv"}),
        ("# ./data\n\n./secret.pem", {"secret.pem"}),
    ],
)
@pytest.mark.parametrize("written", ["plain", "bom and crlf", "utf-16"])
def test_what_a_rule_means_is_not_uploaded(folder: Project, rules: str, gone: set[str], written: str) -> None:
    data = {
        "plain": rules.encode(),
        "bom and crlf": codecs.BOM_UTF8 + rules.replace("\n", "\r\n").encode(),
        "utf-16": codecs.BOM_UTF16_LE + rules.replace("\n", "\r\n").encode("utf-16-le"),
    }[written]
    ignore(folder, data)
    assert packed(folder) == FILES.keys() - gone


@pytest.mark.parametrize("line", ["\\#file", "\\!file", "a\\ ", "*.log", "!x", "docs/**", "\\*.md"])
def test_what_gitignore_means_by_a_line_stays(line: str) -> None:
    assert meant(line) == line


@pytest.mark.parametrize("rule", ["code/secret.pem", "secrets.pem", "secret.pem # the key", "!nothing"])
def test_a_rule_that_names_nothing_is_told_with_its_line(folder: Project, rule: str) -> None:
    ignore(folder, f"./data\n{rule}\n".encode())
    assert f"names what is not there: {rule} (line 2)." in told(folder)


def test_rules_that_name_something_are_not_told(folder: Project) -> None:
    ignore(folder, b"data/\ndata/a.csv\n*.pem\nsecret.pem\n!lib/keep.py\n# nothing\n")
    assert "names what is not there" not in told(folder)


def test_a_remark_is_told_once_and_not_at_every_look(folder: Project) -> None:
    ignore(folder, b"nothing\n")
    (folder.root / "code" / "tmp").mkdir()
    said = told(folder, "deploy")
    assert said.count("names what is not there: nothing (line 1).") == 1
    assert said.count("Empty folders do not go into the package: code/tmp/.") == 1
    assert_silent(folder)
    again = told(folder, "plan") + told(folder, "deploy")
    assert "names what is not there" not in again and "Empty folders" not in again


def test_a_fcignore_beside_s_yaml_that_leaves_nothing_out_is_told(folder: Project) -> None:
    folder.write({".fcignore": "secret.pem\n"}, ".")
    note = f"{folder.root / '.fcignore'} leaves nothing out of {folder.root / 'code'}"
    assert note in told(folder)
    ignore(folder, b"secret.pem\n")
    assert note not in told(folder)
    (folder.root / "code" / ".fcignore").unlink()
    folder.props["function"]["codeUri"] = "."
    assert "leaves nothing out" not in told(folder)


def test_empty_folders_are_told_unless_a_rule_names_them(folder: Project) -> None:
    for name in ("tmp", "logs/old", "data/new"):
        (folder.root / "code" / name).mkdir(parents=True)
    ignore(folder, b"./data\n")
    assert "Empty folders do not go into the package: code/logs/old/, code/tmp/." in told(folder)


def test_a_deployment_without_remarks_has_none(project: Project) -> None:
    assert "Empty" not in told(project) and ".fcignore" not in told(project)
    deployed(project)
