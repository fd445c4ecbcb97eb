"""Lists the regions that have Function Compute 2.0."""

from __future__ import annotations

from typing import Final

REGIONS: Final = frozenset(
    {
        "ap-northeast-1",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "cn-beijing",
        "cn-chengdu",
        "cn-hangzhou",
        "cn-hangzhou-finance",
        "cn-hongkong",
        "cn-huhehaote",
        "cn-north-2-gov-1",
        "cn-qingdao",
        "cn-shanghai",
        "cn-shenzhen",
        "cn-zhangjiakou",
        "eu-central-1",
        "eu-west-1",
        "us-east-1",
        "us-west-1",
    }
)
"""The endpoints that the SDK `alibabacloud_fc_open20210406` 2.0.12 knows. The predecessor's schema lists no other."""

APART: Final = frozenset({"ap-south-1", "ap-southeast-2", "cn-hangzhou-finance", "cn-north-2-gov-1"})
"""Of these, the regions that need not answer: the first two were closed in 2024, the others are for accounts of their
own."""
