"""Where objects are, and when code from OSS is the same."""

from __future__ import annotations

import pytest

from fc_guard.cloud.wire.oss import address
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.core.values import same
from fc_guard.model.fields import CodeVersion

HERE, THERE = "oss://mine/app.zip", "oss://mine/other.zip"


@pytest.mark.parametrize(
    ("endpoint", "told", "expected"),
    [
        ("https://123.cn-hangzhou.fc.aliyuncs.com", "", "https://mine.oss-cn-hangzhou.aliyuncs.com/"),
        ("https://123.cn-hangzhou-internal.fc.aliyuncs.com", "", "https://mine.oss-cn-hangzhou-internal.aliyuncs.com/"),
        ("http://127.0.0.1:9580/~cn-hangzhou", "", "http://127.0.0.1:9580/__oss/mine/"),
        ("http://127.0.0.1:9580", "http://127.0.0.1:9580/__oss", "http://127.0.0.1:9580/__oss/mine/"),
    ],
)
def test_a_bucket_is_beside_the_fc_that_is_spoken_to(endpoint: str, told: str, expected: str) -> None:
    assert address("mine", "cn-hangzhou", endpoint, told) == expected


@pytest.mark.parametrize("name", ["", "a", "evil.example/", "user@host", "UPPER", "x" * 64, "-a-"])
def test_what_is_no_bucket_s_name_does_not_become_a_host(name: str) -> None:
    with pytest.raises(FaultError, match="no name of a bucket"):
        address(name, "cn-hangzhou", "https://123.cn-hangzhou.fc.aliyuncs.com")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (CodeVersion("1", source=HERE), CodeVersion("1", source=THERE), True),  # the same bytes, wherever they lie
        (CodeVersion("1", source=HERE), CodeVersion("2", source=HERE), False),  # another package put in the same place
        (CodeVersion(source=HERE), CodeVersion("1", source=HERE), True),
        (CodeVersion(source=HERE), CodeVersion(source=HERE), True),
        (CodeVersion(source=HERE), CodeVersion("1", source=THERE), False),
        (CodeVersion(source=HERE), CodeVersion("1"), False),
        (CodeVersion(), CodeVersion(), False),
        (CodeVersion("1", "a"), CodeVersion("2", "a"), True),
    ],
)
def test_the_place_counts_only_where_the_content_is_not_known(
    left: CodeVersion, right: CodeVersion, expected: bool
) -> None:
    assert same(left, right) is expected
    assert same(right, left) is expected
