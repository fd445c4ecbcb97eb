"""The operations about an account itself: its settings, its limits, a place for large packages."""

from __future__ import annotations

from fc_local.addresses import OSS, origin
from fc_local.api import Api
from fc_local.calls import Call, Outcome


async def settings(api: Api, call: Call) -> Outcome:
    zones = [f"{call.scope.region}-{letter}" for letter in "fgh"]
    return Outcome(200, {"availableAZs": zones, "defaultRole": ""})


async def configs(api: Api, call: Call) -> Outcome:
    """The limit is text here (facts 2.1), and does not depend on the query."""
    return Outcome(200, {"CodeSizeLimit": str(api.switches["code_size_limit"])})


async def temporary_bucket(api: Api, call: Call) -> Outcome:
    """Says where to put a package that is too large for a request. Clients store the object as
    <account>/<service>/<objectName>, or <account>/<objectName> for a layer, and name it so in `code`.

    `endpoint` and `ossRegion` are not in the real service's answer: its clients derive OSS's address from the region,
    which would lead them away from this machine.
    """
    grant = api.objects.grant(call.scope)
    body = {
        "credentials": {
            "AccessKeyId": grant.access_key_id,
            "AccessKeySecret": grant.access_key_secret,
            "SecurityToken": grant.security_token,
        },
        "ossBucket": grant.bucket,
        "objectName": grant.object_name,
        "codeSizeLimit": api.switches["oss_code_size_limit"],
        "ossRegion": f"oss-{call.scope.region}",
        "endpoint": f"{origin(call.server)}{OSS.rstrip('/')}",
    }
    return Outcome(200, body)


DEEDS = {"settings": settings, "account.configs": configs, "bucket.token": temporary_bucket}
