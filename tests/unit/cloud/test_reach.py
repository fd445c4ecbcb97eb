"""Where the neighbours of Function Compute are, and when that cannot be told."""

from __future__ import annotations

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.support.reach import HOSTS, Reach
from fc_guard.errors import BadInput

KEYS = Credential("1", "a", "b")
HERE = "cn-hangzhou"


def reach(endpoint: str, region: str = HERE) -> Reach:
    return Reach(endpoint, region, KEYS)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://1.cn-hangzhou.fc.aliyuncs.com",
        "http://1.cn-hangzhou-internal.fc.aliyuncs.com",
        "https://1.CN-HANGZHOU.fc.aliyuncs.com:443",
        "https://fc.cn-hangzhou.aliyuncs.com",
    ],
)
@pytest.mark.parametrize("product", HOSTS)
def test_alibaba_clouds_own_has_its_neighbours_in_the_region(endpoint: str, product: str) -> None:
    assert reach(endpoint).url(product) == HOSTS[product].format(region=HERE)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fc.example.com",
        "https://aliyuncs.com",
        "https://evilaliyuncs.com",
        "https://1.cn-hangzhou.fc.aliyuncs.com.evil.com",
        "https://10.0.0.1",
        "https://127.0.0.1.evil.com",
    ],
)
@pytest.mark.parametrize("product", HOSTS)
def test_an_endpoint_of_another_cloud_does_not_tell(endpoint: str, product: str) -> None:
    with pytest.raises(BadInput) as caught:
        reach(endpoint).url(product)
    assert "Leave the endpoint out" in caught.value.hint


@pytest.mark.parametrize("host", ["1.cn-beijing.fc.aliyuncs.com", "1.cn-beijing-internal.fc.aliyuncs.com"])
def test_an_endpoint_of_another_region_is_told(host: str) -> None:
    with pytest.raises(BadInput) as caught:
        reach(f"https://{host}").url("vpc")
    assert host in caught.value.message
    assert reach(f"https://{host}", "cn-beijing").url("vpc") == "https://vpc.cn-beijing.aliyuncs.com"


@pytest.mark.parametrize("base", ["", "/~cn-hangzhou", "/~1.cn-hangzhou"])
@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:9000", "[::1]:9000"])
def test_beside_a_local_one(host: str, base: str) -> None:
    assert reach(f"http://{host}{base}").url("ram") == f"http://{host}/__ram"


@pytest.mark.parametrize(
    ("endpoint", "there"),
    [
        ("https://1.cn-hangzhou.fc.aliyuncs.com", "https://1.eu-west-1.fc.aliyuncs.com"),
        ("http://1.cn-hangzhou-internal.fc.aliyuncs.com", "https://1.eu-west-1.fc.aliyuncs.com"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/~eu-west-1"),
        ("http://127.0.0.1:9000/~cn-hangzhou", "http://127.0.0.1:9000/~eu-west-1"),
        ("http://127.0.0.1:9000/~7.cn-hangzhou/", "http://127.0.0.1:9000/~7.eu-west-1"),
    ],
)
def test_another_region(endpoint: str, there: str) -> None:
    assert reach(endpoint).of("eu-west-1") == Reach(there, "eu-west-1", KEYS)
    assert reach(endpoint).of(HERE) == reach(endpoint)
