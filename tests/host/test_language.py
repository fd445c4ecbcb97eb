"""Whoever's locale is Chinese reads Chinese, through the real host; what programs read stays as it is."""

from __future__ import annotations

import json

from tests.host.scenes import Project

pytest_plugins = ("tests.host.stage",)

CHINESE = {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"}


def test_the_stop_its_hint_and_the_status_of_a_change_online(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=77)
    done = deployed.run("deploy", env=CHINESE)
    assert done.status == 3
    assert "本项目上次部署之后，线上有改动：" in done.text
    assert "错误：changed-online" in done.text
    assert "提示：" in done.text
    assert "function shop/hello" in done.text
    english = deployed.run("deploy", env={**CHINESE, "FC_GUARD_LANG": "en"})
    assert english.status == 3
    assert "Changed online since this project last deployed:" in english.text


def test_json_is_english_in_every_language(deployed: Project) -> None:
    told = [
        json.dumps(deployed.run("plan --silent --output json", env=env).json()["report"], ensure_ascii=False)
        for env in ({}, CHINESE)
    ]
    assert told[0] == told[1]


def test_help_and_a_word_that_is_no_command(deployed: Project) -> None:
    assert "部署全部" in deployed.run("deploy -h", env=CHINESE).text
    refused = deployed.run("logs", env=CHINESE)
    assert refused.status == 2
    assert "fc-guard 没有命令 logs；什么都没有做。" in refused.text
