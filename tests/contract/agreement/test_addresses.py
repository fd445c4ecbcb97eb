"""Where the neighbours of Function Compute are is where their SDKs look for them."""

from __future__ import annotations

import pytest
from alibabacloud_cas20180713 import client as cas
from alibabacloud_ecs20140526 import client as ecs
from alibabacloud_nas20170626 import client as nas
from alibabacloud_ram20150501 import client as ram
from alibabacloud_tea_openapi.models import Config
from alibabacloud_vpc20160428 import client as vpc

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.support.reach import Reach
from fc_guard.kinds.fc2.regions import REGIONS

SDKS = {"vpc": vpc, "ecs": ecs, "nas": nas, "ram": ram, "cas": cas}
ALSO = {("vpc", "cn-hangzhou"), ("ecs", "cn-hangzhou"), ("nas", "ap-southeast-2")}
"""Here the SDK has an older address; the first two are documented under both, and the last region is closed."""


@pytest.mark.parametrize("product", SDKS)
@pytest.mark.parametrize("region", sorted(REGIONS))
def test_addresses_are_those_of_the_sdk(product: str, region: str) -> None:
    client = SDKS[product].Client(Config(access_key_id="a", access_key_secret="b", endpoint="x", region_id=region))
    told = client._endpoint_map.get(region)
    if told is None or (product, region) in ALSO:
        told = f"{product}.aliyuncs.com" if product in ("ram", "cas") else f"{product}.{region}.aliyuncs.com"
    reach = Reach(f"https://1.{region}.fc.aliyuncs.com", region, Credential("1", "a", "b"))
    assert reach.url(product) == f"https://{told}"
