"""Templates as their wizard would render them: every place filled in with what its name asks for.

The parameters' defaults stand in files that the corpus has not, so these are ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ACCOUNT = "1234567890123456"
IMAGE = "registry.cn-hangzhou.aliyuncs.com/made-up/image:v1"
HOST = "made-up.example.com"
PLACE = re.compile(r"\{ ?\{\s*(\w+)\s*\} ?\}")

WHOLE: Mapping[str, str] = {
    "region": "cn-hangzhou",
    "access": "default",
    "default": "default",
    "accountid": ACCOUNT,
    "servicename": "made-up-service",
    "functionname": "made-up-function",
    "cronexpression": "@every 60m",
    "timezone": "Asia/Shanghai",
    "notifystrategy": "BACKOFF_RETRY",
    "notifycontentformat": "STREAM",
    "triggerinterval": "60",
    "maxretrytime": "3",
    "pathprefix": "source/",
    "pathsuffix": ".png",
    "offsetreset": "latest",
    "offset": "CONSUME_FROM_LAST_OFFSET",
    "timestamp": "0",
    "enable": "true",
    "isbase64decode": "true",
    "batchornot": "False",
    "imageurl": IMAGE,
    "namespace": "made-up",
    "filtertag": "made-up",
    "sgid": "sg-madeup",
}
"""By the whole name of the parameter, in small letters."""
ENDINGS: Mapping[str, str] = {
    "rolearn": f"acs:ram::{ACCOUNT}:role/made-up-role",
    "rolename": "made-up-role",
    "region": "cn-hangzhou",
    "vpcid": "vpc-madeup",
    "vswitchid": "vsw-madeup",
    "vswitchids": "vsw-madeup",
    "securitygroupid": "sg-madeup",
    "domain": HOST,
    "port": "3306",
    "image": IMAGE,
    "notification": f"acs:fc:cn-hangzhou:{ACCOUNT}:services/made-up-service.LATEST/functions/failed",
    "mb": "100",
    "sec": "60",
    "concurrency": "1",
}
"""By what the name ends with."""


def rendered(text: str) -> str:
    return PLACE.sub(lambda found: value(found[1]), text)


def value(name: str) -> str:
    plain = name.lower()
    if plain in WHOLE:
        return WHOLE[plain]
    if plain.startswith("acrregistry"):
        return IMAGE
    ending = next((known for ending, known in ENDINGS.items() if plain.endswith(ending)), None)
    return ending or "made-up-" + re.sub(r"[^a-z0-9]+", "-", plain)
