"""Where a certificate in OSS is asked for."""

from __future__ import annotations

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.support.certificates import Certificates
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire import oss

INSIDE, OUTSIDE = "https://1.cn-hangzhou-internal.fc.aliyuncs.com", "https://1.cn-hangzhou.fc.aliyuncs.com"


@pytest.mark.parametrize(
    ("endpoint", "region", "expected"),
    [
        (OUTSIDE, "cn-hangzhou", "https://mine.oss-cn-hangzhou.aliyuncs.com/"),
        (OUTSIDE, "cn-shanghai", "https://mine.oss-cn-shanghai.aliyuncs.com/"),
        (INSIDE, "cn-hangzhou", "https://mine.oss-cn-hangzhou-internal.aliyuncs.com/"),
        (INSIDE, "cn-shanghai", "https://mine.oss-cn-shanghai.aliyuncs.com/"),
        ("http://127.0.0.1:9580", "cn-shanghai", "http://127.0.0.1:9580/__oss/mine/"),
    ],
)
def test_the_address_inside_a_vpc_is_for_buckets_of_its_own_region(
    endpoint: str, region: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def get(bucket: oss.Bucket, key: str, most: int) -> bytes:
        asked.append((bucket.url, bucket.region, key))
        return b"content"

    monkeypatch.setattr(oss, "get", get)
    vault = Certificates(Reach(endpoint, "cn-hangzhou", Credential("1", "ak", "sk")))
    assert [vault.object(region, "mine", "tls/a.pem", 9) for _ in range(2)] == [b"content", b"content"]
    assert asked == [(expected, region, "tls/a.pem")]
