"""The file system that `nasConfig: auto` asks for, and the mount target through which a network reaches it. Names and
settings are the predecessor's, so that what it made is found again.

The folder of a service is no resource: Function Compute makes one that is not there when it mounts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.core.rows import rules_of
from fc_guard.kinds.support import network
from fc_guard.kinds.support.auto import PERFORMANCE, is_auto
from fc_guard.kinds.support.network import no_props
from fc_guard.kinds.support.provider import SUPPORT
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields, Value
from fc_guard.model.kinds import Holder, Home, Kind, Lifecycle, Operations
from fc_guard.model.outputs import Output
from fc_guard.model.resources import Desired
from fc_guard.model.rows import given, servers

STANDARD: Final = "standard"
EXTREME: Final = "extreme"
NAMES: Final[Mapping[str, str]] = {
    STANDARD: "Alibaba-FcDeployComponent-DefaultNas-{region}",
    EXTREME: "Alibaba-FcDeployComponent-DefaultExtremeNas-{region}",
}
FOLDERS: Final[Mapping[str, str]] = {STANDARD: "{}:/", EXTREME: "{}:/share/"}
"""An extreme file system shows its files below /share: documents of CreateMountTarget."""
CAPACITY: Final = 100
"""GiB: the least that an extreme file system has, and what the predecessor asks for."""
MOUNT: Final = "/mnt/auto"
ROOT: Final = 0
USABLE: Final = ("Running", "", None)
"""The predecessor has seen file systems without a status, and used them."""
ACTIVE: Final = "Active"
STOPPED: Final = ("Stopped", "Inactive")
USERS: Final = (Holder("users", "users", lambda item, id: str(item)),)


def sort_of(props: Mapping[str, Any]) -> str | None:
    """Returns the sort of file system that s.yaml leaves to be found or made; None if it does not."""
    said = props["service"].get("nasConfig")
    if not is_auto(said):
        return None
    return EXTREME if said.strip().lower() == PERFORMANCE else STANDARD


def of_service(props: Mapping[str, Any], account: str, region: str) -> Fields:
    """Returns what a service mounts where online it mounts nothing."""
    sort = sort_of(props)
    if sort is None:
        return {}
    folder = FOLDERS[sort] + str(props["service"]["name"])
    return {
        ("nasConfig", "userId"): ROOT,
        ("nasConfig", "groupId"): ROOT,
        ("nasConfig", "mountPoints", MOUNT): {
            "serverAddr": Output(_mount_target(props, sort, account, region), "domain", form=folder)
        },
    }


def file_systems(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    sort = sort_of(props)
    if sort is None:
        return ()
    wanted: Fields = {("fileSystemType",): sort, ("vSwitchIds",): _switches(props, account, region)}
    return (Desired(_file_system(sort, account, region), {}, carried=wanted, on_demand=True),)


def mount_targets(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    sort = sort_of(props)
    if sort is None:
        return ()
    ours, own = network.vpc(account, region), network.named(props).get("vpcId")
    wanted: Fields = {("vpcId",): own or Output(ours, "vpcId"), ("vSwitchIds",): _switches(props, account, region)}
    after = Output(ours, "vpcId", text=own) if own else None
    id = _mount_target(props, sort, account, region)
    return (Desired(id, {}, carried=wanted, on_demand=True, called_after=after),)


def _file_system(sort: str, account: str, region: str) -> Address:
    return Address(SUPPORT, account, region, "fileSystem", (NAMES[sort].format(region=region),))


def _mount_target(props: Mapping[str, Any], sort: str, account: str, region: str) -> Address:
    """Returns a mount target, which has no name of its own: it is called after its network, and by the id of one that
    s.yaml names and that is not ours."""
    vpc = str(network.named(props).get("vpcId") or network.vpc(account, region).name)
    return _file_system(sort, account, region).child("mountTarget", vpc)


def _switches(props: Mapping[str, Any], account: str, region: str) -> tuple[Value, ...]:
    if network.named(props):
        return network.named_switches(props)
    return (Output(network.switch(account, region), "vSwitchId"),)


def costs(id: Address) -> str:
    if id.name == NAMES[EXTREME].format(region=id.region):
        return t("costs money from now on: {capacity} GiB, used or not", capacity=CAPACITY)
    return t("costs money for what is stored in it")


def is_usable(document: Mapping[str, Any]) -> bool:
    return document.get("status") in USABLE


def is_active(document: Mapping[str, Any]) -> bool:
    return document.get("status") == ACTIVE


def blocked(document: Mapping[str, Any]) -> str:
    """Says why a file system or a mount target will not be ready by itself; '' if it may be."""
    status = document.get("status")
    return t("it is {status} in NAS: start it there", status=status) if status in STOPPED else ""


FILE_SYSTEM = Kind(
    name="fileSystem",
    provider=SUPPORT,
    api="NAS",
    parent=None,
    home=Home(("support", "fileSystem")),
    after=("vSwitch",),
    name_field="name",
    list_field="fileSystems",
    operations=Operations("CreateFileSystem", "DescribeFileSystems", "", "DeleteFileSystem", ""),
    rules=rules_of(
        (
            *given("fileSystemId"),
            *servers("name", "fileSystemType", "storageType", "zoneId", "vSwitchIds", "stored", "status", "createdAt"),
        )
    ),
    desired=file_systems,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    ready=is_usable,
    blocked=blocked,
    late=True,
    caution=costs,
    holders=USERS,
)
MOUNT_TARGET = Kind(
    name="mountTarget",
    provider=SUPPORT,
    api="NAS",
    parent="fileSystem",
    home=Home(("support", "mountTarget")),
    after=("vpc", "vSwitch"),
    name_field="name",
    list_field="mountTargets",
    operations=Operations("CreateMountTarget", "DescribeFileSystems", "", "DeleteMountTarget", "DescribeFileSystems"),
    rules=rules_of((*given("domain"), *servers("name", "fileSystemId", "vpcId", "vSwitchIds", "status"))),
    desired=mount_targets,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    ready=is_active,
    blocked=blocked,
    late=True,
    holders=USERS,
)
