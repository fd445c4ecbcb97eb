"""What Function Compute asks of the resources that a service names. How it words its refusals is not known."""

from __future__ import annotations

from collections.abc import Iterable

from fc_local.errors import FcError, invalid
from fc_local.neighbourhood import (
    GROUP,
    LOG_PROJECT,
    LOG_STORE,
    MOUNT_TARGET,
    ROLE,
    VPC,
    VSWITCH,
    global_scope,
    is_ready,
)
from fc_local.scope import Scope
from fc_local.shape import Document
from fc_local.store import Store


class Support:
    """Each check raises FcError if a resource does not exist, is not ready, or is not in the service's network."""

    def __init__(self, store: Store, scope: Scope, now: str) -> None:
        self._store = store
        self._scope = scope
        self._now = now

    def check(self, service: Document, members: Iterable[str], *, trusts: bool) -> None:
        """Checks the members of a service that a request names. Whoever trusts takes what does not exist here; what was
        made here a moment ago is not seen either way."""
        named = set(members)
        if "logConfig" in named and service["logConfig"]["project"]:
            self._check_logs(service["logConfig"], trusts=trusts)
        if trusts:
            return
        if "role" in named and service["role"]:
            self._check_role(service["role"])
        if "vpcConfig" in named and service["vpcConfig"]["vpcId"]:
            self._check_network(service["vpcConfig"])
        if named & {"vpcConfig", "nasConfig"}:
            for point in service["nasConfig"]["mountPoints"]:
                self._check_mount(point["serverAddr"], service["vpcConfig"]["vpcId"])

    def _check_logs(self, config: Document, *, trusts: bool) -> None:
        project, store = str(config["project"]), str(config["logstore"])
        for what, kind, path in (("project", LOG_PROJECT, (project,)), ("logstore", LOG_STORE, (project, store))):
            row = self._store.get(self._scope, kind, path)
            if (row is None and not trusts) or (row is not None and row.document["seenAt"] > self._now):
                raise FcError(400, "InvalidArgument", f"{what} '{path[-1]}' does not exist")

    def _check_role(self, arn: str) -> None:
        account, name = arn.split(":")[3] or self._scope.account, arn.partition("/")[2]
        if self._store.get(global_scope(account), ROLE, (name.lower(),)) is None:
            raise invalid(f"Role '{arn}' does not exist")

    def _check_network(self, config: Document) -> None:
        network = config["vpcId"]
        self._require_ready("VpcId", VPC, network)
        for switch in config["vSwitchIds"]:
            found = self._require_ready("VSwitchId", VSWITCH, switch)
            _check_inside("VSwitchId", switch, found, network)
        group = config["securityGroupId"]
        _check_inside("SecurityGroupId", group, self._require("SecurityGroupId", GROUP, group), network)

    def _check_mount(self, address: str, network: str) -> None:
        domain = address.partition(":")[0]
        rows = self._store.everywhere(self._scope, MOUNT_TARGET)
        found = next((row.document for path, row in rows if path[-1] == domain), None)
        if found is None:
            raise invalid(f"ServerAddr '{domain}' does not exist")
        if not is_ready(found, self._now):
            raise _not_ready("ServerAddr", domain)
        _check_inside("ServerAddr", domain, found, network)

    def _require(self, field: str, kind: str, name: str) -> Document:
        row = self._store.get(self._scope, kind, (name,))
        if row is None:
            raise invalid(f"{field} '{name}' does not exist")
        return row.document

    def _require_ready(self, field: str, kind: str, name: str) -> Document:
        document = self._require(field, kind, name)
        if not is_ready(document, self._now):
            raise _not_ready(field, name)
        return document


def _check_inside(field: str, name: str, document: Document, network: str) -> None:
    if document["VpcId"] != network:
        raise invalid(f"{field} '{name}' does not belong to VpcId '{network}'")


def _not_ready(field: str, name: str) -> FcError:
    return invalid(f"{field} '{name}' is not available")
