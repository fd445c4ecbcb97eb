"""Rules that hold across props, which a schema cannot express: problems that stop, and doubts that are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fc_guard.inputs.values import as_number, dotted
from fc_guard.kinds.fc2.service import strange_account
from fc_guard.kinds.support.auto import is_auto
from fc_guard.language import joined, t, tn
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Note

IMAGE = re.compile(
    r"(?P<instance>[\w-]+-)?registry(?:-vpc|-internal)?\.(?P<region>[a-z0-9-]+)\.(?:cr\.)?aliyuncs\.com/"
)
VSWITCHES: Place = ("service", "vpcConfig", "vSwitchIds")
"""The API's spelling, which the predecessor takes as well."""
CONTAINER = "custom-container"


def problems(props: Mapping[str, Any]) -> Iterator[Note]:
    """Yields what FC would refuse, or what cannot be meant. Values of a wrong type are left to the schema."""
    service, function = _mapping(props.get("service")), _mapping(props.get("function"))
    log, vpc = _mapping(service.get("logConfig")), _mapping(service.get("vpcConfig"))
    if log.keys() >= {"project", "logstore"}:  # where one is not there at all, the schema says so
        yield from _complete("logConfig", {name: log[name] for name in ("project", "logstore")})
    switches = vpc.get("vswitchIds") or vpc.get("vSwitchIds")
    names = ("vpcId", "securityGroupId")
    yield from _complete("vpcConfig", {**{name: vpc.get(name) for name in names}, "vswitchIds": switches})
    if is_auto(service.get("nasConfig")) and vpc and not vpc.get("vpcId"):
        yield (
            ("service", "vpcConfig"),
            t("a file system is reached through a network: name one here, or leave vpcConfig out"),
        )
    yield from _mounts(service, "nasConfig", "fcDir")
    yield from _mounts(service, "ossMountConfig", "mountDir")
    for index, point in _points(service, "nasConfig"):
        if ":" in str(point.get("serverAddr", "")):
            place = ("service", "nasConfig", "mountPoints", index, "serverAddr")
            yield place, t("{dotted}: a host name is expected; the folder stands in nasDir", dotted=dotted(place))
    if function:
        yield from _code(function)
        yield from _concurrency(function)
        yield from _container(function, str(props.get("region", "")))


def doubts(props: Mapping[str, Any]) -> Iterator[Note]:
    """Yields what is allowed, and may not do what it looks like."""
    service, function = _mapping(props.get("service")), _mapping(props.get("function"))
    if "vSwitchIds" in _mapping(service.get("vpcConfig")):
        yield VSWITCHES, t("vSwitchIds is the API's name; taken as vswitchIds")
    cpu, disk = function.get("cpu"), function.get("diskSize")
    if (cpu is None) != (disk is None):
        given, other = ("cpu", "diskSize") if disk is None else ("diskSize", "cpu")
        yield ("function", given), t("{given} without {other}: FC asks for both", given=given, other=other)
    if str(function.get("instanceType", "")) in ("g1", "fc.gpu.tesla.1", "fc.gpu.ampere.1"):
        if function.get("gpuMemorySize") is None:
            yield ("function", "instanceType"), t("a GPU instance without gpuMemorySize")
    elif function.get("gpuMemorySize") is not None:
        yield ("function", "gpuMemorySize"), t("gpuMemorySize means nothing without a GPU instanceType")
    if function.get("initializationTimeout") is not None and not function.get("initializer"):
        yield (
            ("function", "initializationTimeout"),
            t("initializationTimeout means nothing without an initializer; left out"),
        )
    if function.get("runtime") == CONTAINER:
        image = _mapping(function.get("customContainerConfig")).get("image")
        if isinstance(image, str) and "${" not in image and not IMAGE.match(image):
            place = ("function", "customContainerConfig", "image")
            yield place, t("FC pulls images from the Container Registry only (registry.<region>.aliyuncs.com/…)")


def of_account(props: Mapping[str, Any], account: str) -> Iterator[Note]:
    """Yields that the default role of another account is read as that of the own one."""
    other = strange_account(_mapping(props.get("service")).get("role"), account)
    if other is not None:
        whose = t("account {other}", other=other) if other else t("no account")
        yield (
            ("service", "role"),
            t(
                "service.role is of {whose}; taken as the default role of account {account}",
                whose=whose,
                account=account,
            ),
        )


def _complete(config: str, members: Mapping[str, Any]) -> Iterator[Note]:
    """Yields a note where only some of the members are there: FC takes all of them or none."""
    missing = [repr(name) for name, value in members.items() if not value]
    if 0 < len(missing) < len(members):
        yield (
            ("service", config),
            tn(
                "service.{config}: {missing} is missing",
                "service.{config}: {missing} are missing",
                len(missing),
                config=config,
                missing=joined(missing, ", "),
            ),
        )


def _mounts(service: Mapping[str, Any], name: str, key: str) -> Iterator[Note]:
    seen: set[str] = set()
    for index, point in _points(service, name):
        folder = str(point.get(key, index)).rstrip("/")
        if folder in seen:
            place = ("service", name, "mountPoints", index, key)
            yield place, t("{dotted}: {name!r} stands twice", dotted=dotted(place), name=point.get(key))
        seen.add(folder)


def _points(service: Mapping[str, Any], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    points = _mapping(service.get(name)).get("mountPoints")
    for index, point in enumerate(points if isinstance(points, list) else ()):
        if isinstance(point, Mapping):
            yield index, point


def _code(function: Mapping[str, Any]) -> Iterator[Note]:
    """Checks that one source of code is given: a folder or package here, or an object in OSS. ossBucket beside codeUri
    receives a package that is too large for a request."""
    if function.get("codeUri") and function.get("ossKey"):
        yield ("function", "ossKey"), t("function.ossKey: codeUri says where the code is as well; keep one of the two")
    elif function.get("ossKey") and not function.get("ossBucket"):
        yield ("function", "ossKey"), t("function.ossKey: ossBucket is missing")
    elif not function.get("codeUri") and not function.get("ossKey") and function.get("runtime") != CONTAINER:
        yield ("function",), t("function: the code is missing: give codeUri, or ossBucket and ossKey")


def _concurrency(function: Mapping[str, Any]) -> Iterator[Note]:
    soft, most = as_number(function.get("instanceSoftConcurrency")), as_number(function.get("instanceConcurrency", 1))
    if soft is not None and most is not None and soft > most:
        place = ("function", "instanceSoftConcurrency")
        yield (
            place,
            t(
                "{dotted}: {soft:g} must be at most instanceConcurrency ({most:g})",
                dotted=dotted(place),
                soft=soft,
                most=most,
            ),
        )


def _container(function: Mapping[str, Any], region: str) -> Iterator[Note]:
    if function.get("runtime") != CONTAINER:
        return
    if not isinstance(function.get("customContainerConfig"), Mapping | str):
        yield (
            ("function",),
            t("function: 'customContainerConfig' is missing: the runtime custom-container needs an image"),
        )
    config = _mapping(function.get("customContainerConfig"))
    found = IMAGE.match(str(config.get("image", "")))
    place = ("function", "customContainerConfig", "image")
    if found is not None and region and "${" not in region and found["region"] != region:
        yield (
            place,
            t(
                "{dotted}: the image is in {region}, the function in {other}",
                dotted=dotted(place),
                region=found["region"],
                other=region,
            ),
        )
    if found is not None and found["instance"] and not config.get("instanceID"):
        yield place, t("{dotted}: an image of the Enterprise Edition needs instanceID", dotted=dotted(place))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
