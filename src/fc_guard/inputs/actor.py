"""Who deploys: a person on a machine, or a run of a CI system."""

from __future__ import annotations

import getpass
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from fc_guard.inputs.checkout import one_line


@dataclass(frozen=True, slots=True)
class System:
    """A CI system, by the variables that it sets. `mark` is set in each of its runs; of the others the first that is
    set counts. A name with braces is put together of several variables."""

    name: str
    mark: str
    by: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    branch: tuple[str, ...] = ()


SYSTEMS: Final = (
    System(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        ("GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"),
        ("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}", "GITHUB_RUN_ID"),
        ("GITHUB_HEAD_REF", "GITHUB_REF_NAME"),
    ),
    System(
        "GitLab CI",
        "GITLAB_CI",
        ("GITLAB_USER_LOGIN", "GITLAB_USER_NAME"),
        ("CI_JOB_URL", "CI_PIPELINE_URL", "CI_JOB_ID"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_REF_NAME"),
    ),
    System(
        "Yunxiao Flow",
        "BUILD_EXECUTOR",
        ("BUILD_EXECUTOR",),
        ("{PIPELINE_NAME} #{BUILD_NUMBER}", "{PIPELINE_ID} #{BUILD_NUMBER}", "BUILD_NUMBER"),
        ("CI_COMMIT_REF_NAME",),
    ),
    System(
        "CODING",
        "CODING_ARTIFACTS_CREDENTIALS_ID",
        (),
        ("{PROJECT_WEB_URL} {JOB_NAME} #{CI_BUILD_NUMBER}", "CI_BUILD_NUMBER"),
        ("MR_SOURCE_BRANCH", "GIT_LOCAL_BRANCH", "BRANCH_NAME", "GIT_BRANCH"),
    ),
    System("CODING", "CODING", ("CODING_BUILD_USER",), ("CODING_BUILD_WEB_URL",), ("CODING_BRANCH",)),
    System(
        "Jenkins",
        "JENKINS_URL",
        ("BUILD_USER_ID", "CHANGE_AUTHOR"),
        ("BUILD_URL", "BUILD_TAG"),
        ("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"),
    ),
    System(
        "Gitee Go",
        "GITEE_PIPELINE_BUILD_NUMBER",
        ("GITEE_PIPELINE_TRIGGER_USER",),
        ("{GITEE_PIPELINE_DISPLAY_NAME} #{GITEE_PIPELINE_BUILD_NUMBER}", "GITEE_PIPELINE_BUILD_NUMBER"),
        ("GITEE_SOURCE_BRANCH", "GITEE_BRANCH"),
    ),
    System("CircleCI", "CIRCLECI", ("CIRCLE_USERNAME",), ("CIRCLE_BUILD_URL",), ("CIRCLE_BRANCH",)),
    System(
        "Azure Pipelines",
        "TF_BUILD",
        ("BUILD_REQUESTEDFOR",),
        ("{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}", "BUILD_BUILDID"),
        ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"),
    ),
    System(
        "Bitbucket",
        "BITBUCKET_BUILD_NUMBER",
        ("BITBUCKET_STEP_TRIGGERER_UUID",),
        ("{BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/{BITBUCKET_BUILD_NUMBER}", "BITBUCKET_BUILD_NUMBER"),
        ("BITBUCKET_BRANCH",),
    ),
    System("Buildkite", "BUILDKITE", ("BUILDKITE_BUILD_CREATOR",), ("BUILDKITE_BUILD_URL",), ("BUILDKITE_BRANCH",)),
    System("Travis CI", "TRAVIS", (), ("TRAVIS_BUILD_WEB_URL",), ("TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH")),
    System("Drone", "DRONE", ("DRONE_COMMIT_AUTHOR",), ("DRONE_BUILD_LINK",), ("DRONE_SOURCE_BRANCH", "DRONE_BRANCH")),
    System(
        "AppVeyor",
        "APPVEYOR",
        (),
        (
            "{APPVEYOR_URL}/project/{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}/builds/{APPVEYOR_BUILD_ID}",
            "APPVEYOR_BUILD_ID",
        ),
        ("APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH", "APPVEYOR_REPO_BRANCH"),
    ),
    System("TeamCity", "TEAMCITY_VERSION", (), ("{TEAMCITY_PROJECT_NAME} #{BUILD_NUMBER}",), ()),
    System("CI", "CI"),
)
"""CI systems, the particular ones first: several set the variables of others, too."""
BRANCHES: Final = ("refs/heads/", "origin/")
"""What stands before a branch's name in some of the variables."""
PASSWORD: Final = re.compile(r"(?<=://)[^/@\s]*@")
NO: Final = ("", "0", "false", "no")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who deploys. `ci` is the CI system's name, '' on a person's machine; `run` and `branch` are the CI run's."""

    by: str
    ci: str = ""
    run: str = ""
    branch: str = ""


def actor(environment: Mapping[str, str] | None = None) -> Actor:
    """Returns who deploys. What the environment says is somebody's text: it is bounded, and one line."""
    told = os.environ if environment is None else environment
    system = next((each for each in SYSTEMS if told.get(each.mark, "").strip().lower() not in NO), None)
    if system is None:
        return Actor(one_line(f"{_user()}@{socket.gethostname()}"))
    by = _first(system.by, told)
    named = f"{system.name} ({by})" if by else system.name
    run, branch = _first(system.run, told), _first(system.branch, told)
    for prefix in BRANCHES:
        branch = branch.removeprefix(prefix)
    return Actor(one_line(named), system.name, one_line(PASSWORD.sub("", run)), one_line(branch))


def _first(names: tuple[str, ...], told: Mapping[str, str]) -> str:
    """Returns the first of these of which all is set, put together where it has braces."""
    for name in names:
        wanted = [field for _, field, _, _ in Formatter().parse(name) if field] or [name]
        if all(told.get(field, "").strip() for field in wanted):
            return name.format_map(told) if "{" in name else told[name]
    return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())  # no such user in this container
