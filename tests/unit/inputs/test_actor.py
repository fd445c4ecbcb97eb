"""Who deploys: a person on a machine, or a CI system's run, by the variables that each of them documents."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from fc_guard.inputs.actor import SYSTEMS, Actor, actor

RUNS: tuple[tuple[Mapping[str, str], Actor], ...] = (
    (
        {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "ann",
            "GITHUB_TRIGGERING_ACTOR": "bob",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "team/shop",
            "GITHUB_RUN_ID": "7",
            "GITHUB_HEAD_REF": "",
            "GITHUB_REF_NAME": "main",
        },
        Actor("GitHub Actions (bob)", "GitHub Actions", "https://github.com/team/shop/actions/runs/7", "main"),
    ),
    (
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "ann",
            "GITHUB_RUN_ID": "7",
            "GITHUB_HEAD_REF": "fix",
            "GITHUB_REF_NAME": "12/merge",
        },
        Actor("GitHub Actions (ann)", "GitHub Actions", "7", "fix"),
    ),
    (
        {
            "CI": "true",
            "GITLAB_CI": "true",
            "GITLAB_USER_LOGIN": "ann",
            "CI_JOB_URL": "https://gitlab.com/team/shop/-/jobs/7",
            "CI_COMMIT_REF_NAME": "main",
        },
        Actor("GitLab CI (ann)", "GitLab CI", "https://gitlab.com/team/shop/-/jobs/7", "main"),
    ),
    (
        {
            "BUILD_EXECUTOR": "张三",
            "PIPELINE_ID": "12",
            "PIPELINE_NAME": "前端发布",
            "BUILD_NUMBER": "7",
            "CI_COMMIT_REF_NAME": "main",
        },
        Actor("Yunxiao Flow (张三)", "Yunxiao Flow", "前端发布 #7", "main"),
    ),
    (
        {"BUILD_EXECUTOR": "ann", "PIPELINE_ID": "12", "PIPELINE_NAME": "", "BUILD_NUMBER": "7"},
        Actor("Yunxiao Flow (ann)", "Yunxiao Flow", "12 #7"),
    ),
    (
        {"JENKINS_URL": "https://ci/", "BUILD_URL": "https://u:secret@ci/job/7/", "GIT_BRANCH": "origin/feature/x"},
        Actor("Jenkins", "Jenkins", "https://ci/job/7/", "feature/x"),
    ),
    (
        {
            "JENKINS_URL": "https://ci/",
            "CODING_ARTIFACTS_CREDENTIALS_ID": "a-b-c",
            "PROJECT_WEB_URL": "https://team.coding.net/p/shop",
            "JOB_NAME": "release",
            "CI_BUILD_NUMBER": "7",
            "GIT_LOCAL_BRANCH": "main",
        },
        Actor("CODING", "CODING", "https://team.coding.net/p/shop release #7", "main"),
    ),
    (
        {
            "CI": "true",
            "CODING": "true",
            "CODING_BUILD_USER": "ann",
            "CODING_BUILD_WEB_URL": "https://x/7",
            "CODING_BRANCH": "main",
        },
        Actor("CODING (ann)", "CODING", "https://x/7", "main"),
    ),
    (
        {
            "GITEE_PIPELINE_BUILD_NUMBER": "7",
            "GITEE_PIPELINE_DISPLAY_NAME": "release",
            "GITEE_PIPELINE_TRIGGER_USER": "ann",
            "GITEE_BRANCH": "main",
        },
        Actor("Gitee Go (ann)", "Gitee Go", "release #7", "main"),
    ),
    (
        {
            "CI": "true",
            "CIRCLECI": "true",
            "CIRCLE_USERNAME": "ann",
            "CIRCLE_BUILD_URL": "https://x/7",
            "CIRCLE_BRANCH": "b",
        },
        Actor("CircleCI (ann)", "CircleCI", "https://x/7", "b"),
    ),
    (
        {
            "TF_BUILD": "True",
            "BUILD_REQUESTEDFOR": "Ann B",
            "SYSTEM_COLLECTIONURI": "https://dev.azure.com/t/",
            "SYSTEM_TEAMPROJECT": "p",
            "BUILD_BUILDID": "7",
            "BUILD_SOURCEBRANCH": "refs/heads/feature/x",
        },
        Actor(
            "Azure Pipelines (Ann B)",
            "Azure Pipelines",
            "https://dev.azure.com/t/p/_build/results?buildId=7",
            "feature/x",
        ),
    ),
    (
        {
            "CI": "true",
            "BITBUCKET_BUILD_NUMBER": "7",
            "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/t/r",
            "BITBUCKET_BRANCH": "b",
        },
        Actor("Bitbucket", "Bitbucket", "https://bitbucket.org/t/r/pipelines/results/7", "b"),
    ),
    (
        {
            "CI": "true",
            "BUILDKITE": "true",
            "BUILDKITE_BUILD_CREATOR": "ann",
            "BUILDKITE_BUILD_URL": "https://x/7",
            "BUILDKITE_BRANCH": "b",
        },
        Actor("Buildkite (ann)", "Buildkite", "https://x/7", "b"),
    ),
    (
        {"CI": "true", "TRAVIS": "true", "TRAVIS_BUILD_WEB_URL": "https://x/7", "TRAVIS_BRANCH": "b"},
        Actor("Travis CI", "Travis CI", "https://x/7", "b"),
    ),
    (
        {
            "CI": "true",
            "DRONE": "true",
            "DRONE_COMMIT_AUTHOR": "ann",
            "DRONE_BUILD_LINK": "https://x/7",
            "DRONE_BRANCH": "main",
            "DRONE_SOURCE_BRANCH": "fix",
        },
        Actor("Drone (ann)", "Drone", "https://x/7", "fix"),
    ),
    (
        {
            "CI": "True",
            "APPVEYOR": "True",
            "APPVEYOR_URL": "https://ci.appveyor.com",
            "APPVEYOR_ACCOUNT_NAME": "t",
            "APPVEYOR_PROJECT_SLUG": "p",
            "APPVEYOR_BUILD_ID": "7",
            "APPVEYOR_REPO_BRANCH": "main",
        },
        Actor("AppVeyor", "AppVeyor", "https://ci.appveyor.com/project/t/p/builds/7", "main"),
    ),
    (
        {"TEAMCITY_VERSION": "2024.03", "TEAMCITY_PROJECT_NAME": "p", "BUILD_NUMBER": "7"},
        Actor("TeamCity", "TeamCity", "p #7"),
    ),
    ({"CI": "1"}, Actor("CI", "CI")),
)


@pytest.mark.parametrize(("told", "wanted"), RUNS)
def test_a_run_of_a_ci_system(told: Mapping[str, str], wanted: Actor) -> None:
    assert actor(told) == wanted


def test_each_system_has_a_case() -> None:
    assert {wanted.ci for _, wanted in RUNS} == {system.name for system in SYSTEMS}


@pytest.mark.parametrize("told", [{}, {"CI": ""}, {"CI": "false"}, {"CI": "0", "BUILD_NUMBER": "7"}])
def test_a_person_on_a_machine(told: Mapping[str, str]) -> None:
    found = actor(told)
    assert (found.ci, found.run, found.branch) == ("", "", "")
    user, _, host = found.by.partition("@")
    assert user
    assert host


def test_what_the_environment_says_is_one_bounded_line_without_control_characters() -> None:
    hostile = "a\x1b[31m\r\n::set-output name=x::y\u202e" + "x" * 1000
    found = actor(
        {"GITLAB_CI": "true", "GITLAB_USER_LOGIN": hostile, "CI_JOB_URL": hostile, "CI_COMMIT_REF_NAME": hostile}
    )
    for text in (found.by, found.run, found.branch):
        assert text.isprintable()
        assert len(text) <= 200


def test_braces_in_a_value_are_not_put_together() -> None:
    told = {"BUILD_EXECUTOR": "{HOME}", "PIPELINE_NAME": "{BUILD_EXECUTOR.__class__}", "BUILD_NUMBER": "7"}
    assert actor(told) == Actor("Yunxiao Flow ({HOME})", "Yunxiao Flow", "{BUILD_EXECUTOR.__class__} #7")


def test_the_suite_itself_is_nobodys_ci_run() -> None:
    assert actor().ci == ""
