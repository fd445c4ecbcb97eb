"""ECS's security groups, without rules: there is nothing here that they could let in."""

from __future__ import annotations

import json
from typing import Final

from fc_local.errors import FcError
from fc_local.neighbourhood import GROUP, services_using
from fc_local.neighbours.frame import Asked, Operation, fits, invalid, new_id, page, shown
from fc_local.neighbours.networks import found_vpc, require_ready
from fc_local.neighbours.repeats import once
from fc_local.shape import Document

_KINDS: Final = ("normal", "enterprise")


def create(asked: Asked) -> Document:
    vpc = asked.need("VpcId")  # a group without one would be of the classic network, which is no more
    require_ready(asked, found_vpc(asked, vpc), 403)
    name = new_id("sg-bp1")
    document = {
        "SecurityGroupId": name,
        "SecurityGroupName": asked.get("SecurityGroupName"),
        "Description": asked.get("Description"),
        "VpcId": vpc,
        "SecurityGroupType": asked.one_of("SecurityGroupType", *_KINDS),
        "CreationTime": asked.now(),
        **asked.times(),
    }
    asked.keep(GROUP, (name,), document)
    return {"SecurityGroupId": name}


def describe(asked: Asked) -> Document:
    wanted = _ids(asked)
    names = ("VpcId", "SecurityGroupName", "SecurityGroupId")
    found = [shown(each) for each in asked.listed(GROUP) if fits(each, asked, *names)]
    chosen = [each for each in found if wanted is None or each["SecurityGroupId"] in wanted]
    return {"RegionId": asked.scope.region, **page(asked, chosen, "SecurityGroups", "SecurityGroup")}


def delete(asked: Asked) -> Document:
    name = asked.need("SecurityGroupId")
    if asked.find(GROUP, name) is None:
        raise FcError(404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist.")
    if services_using(asked.services(), "securityGroupId", name):
        raise FcError(403, "DependencyViolation", "There is still instance(s) in the specified security group.")
    asked.drop(GROUP, name)
    return {}


def _ids(asked: Asked) -> list[str] | None:
    """Reads SecurityGroupIds, a list in JSON; None where it is not given."""
    text = asked.get("SecurityGroupIds")
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise invalid("SecurityGroupIds") from error
    if not isinstance(found, list):
        raise invalid("SecurityGroupIds")
    return [str(each) for each in found]


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateSecurityGroup": once(create),
    "DescribeSecurityGroups": describe,
    "DeleteSecurityGroup": delete,
}
