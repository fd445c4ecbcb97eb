"""Objects over OSS against the local FC's: every fault that a bucket may have, one clear error each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire import objects as wire
from fc_guard.cloud.wire.objects import OssObjects, Service, service
from fc_guard.errors import BadInput, BaselineUnusable
from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, KEYS

HERE = "cn-hangzhou"


def objects(server: LocalServer, prefix: str = "p/", region: str = HERE, secret: str = KEYS[1]) -> OssObjects:
    return OssObjects("mine", prefix, service(region, server.url), Credential(ACCOUNT, KEYS[0], secret))


@pytest.fixture
def bucket(server: LocalServer) -> Iterator[OssObjects]:
    made = objects(server)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.cloud.wire.retry.BASE_SECONDS", 0.001)


def fault(server: LocalServer, **rule: Any) -> None:
    server.admin.faults([rule])


def calls(server: LocalServer) -> list[str]:
    return [entry["op"] for entry in server.admin.journal()]


def test_what_is_created_is_read_and_created_once(bucket: OssObjects) -> None:
    assert bucket.read("a", 10) is None
    assert bucket.create("a", b"one")
    assert not bucket.create("a", b"two")
    assert bucket.create("a", b"one")  # the same bytes: a repetition of the same write
    assert bucket.read("a", 10) == b"one"


def test_one_of_many_that_create_at_once_wins(bucket: OssObjects) -> None:
    won = []

    def create(name: bytes) -> None:
        if bucket.create("head", name):
            won.append(name)

    threads = [threading.Thread(target=create, args=(b"%d" % number,)) for number in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [bucket.read("head", 10)] == won


def test_a_list_has_all_pages_below_the_prefix_alone(
    bucket: OssObjects, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PAGE", 4)
    names = sorted([*(f"r/{number:02}" for number in range(9)), "r/a b~ü+&<(1)"])
    for name in names:
        bucket.create(name, name.encode())
    objects(server, "px/").create("r/other", b"")
    found = bucket.list("r/")
    assert [each.key for each in found] == names
    assert [each.size for each in found] == [len(name.encode()) for name in names]
    assert all(0 <= each.age < 60 for each in found)
    assert bucket.list("none/") == ()
    bucket.remove(names[1:])
    assert [each.key for each in bucket.list()] == names[:1]


def test_ours_is_a_bucket_of_the_account(bucket: OssObjects, server: LocalServer) -> None:
    assert bucket.ours()
    elsewhere = OssObjects("mine", "", service(HERE, server.url), Credential("999", *KEYS[:2]))
    assert not elsewhere.ours()


@pytest.mark.parametrize("cut", ["before", "answer", "body"])
def test_a_lost_answer_of_a_write_is_settled_by_reading(bucket: OssObjects, server: LocalServer, cut: str) -> None:
    fault(server, op="PutObject", action={"cut": cut})
    assert bucket.create("a", b"one")
    assert bucket.read("a", 10) == b"one"


def test_a_write_that_never_gets_an_answer_has_won_if_its_object_is_there(
    bucket: OssObjects, server: LocalServer
) -> None:
    fault(server, op="PutObject", times=0, action={"cut": "answer"})
    assert bucket.create("a", b"one")
    assert not bucket.create("a", b"two")


def test_a_write_that_never_arrives_is_an_error(bucket: OssObjects, server: LocalServer) -> None:
    fault(server, op="PutObject", times=0, action={"cut": "before"})
    with pytest.raises(BaselineUnusable, match="does not answer"):
        bucket.create("a", b"one")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_is_asked_again(bucket: OssObjects, server: LocalServer, status: int) -> None:
    bucket.create("a", b"one")
    for op in ("PutObject", "GetObject", "ListObjectsV2", "GetBucketInfo", "DeleteMultipleObjects"):
        fault(server, op=op, times=2, action={"status": status, "code": "InternalError"})
        assert bucket.create("b", b"two")
        assert bucket.read("a", 10) == b"one"
        assert [each.key for each in bucket.list("a")] == ["a"]
        assert bucket.ours()
        bucket.remove(["b"])


REFUSALS = [
    (404, "NoSuchBucket", "state-no-bucket", "there is no bucket mine"),
    (403, "AccessDenied", "state-denied", "oss:GetBucketInfo"),
    (403, "SignatureDoesNotMatch", "state-denied", "oss:PutObject"),
    (403, "RequestTimeTooSkewed", "state-clock", "Set the clock"),
    (503, "SlowDown", "state-throttled", "Run it again"),
    (500, "InternalError", "state-unusable", "request id"),
]


@pytest.mark.parametrize(("status", "code", "reference", "said"), REFUSALS)
def test_every_refusal_is_one_clear_error_and_never_absence(
    bucket: OssObjects, server: LocalServer, status: int, code: str, reference: str, said: str
) -> None:
    fault(server, times=0, action={"status": status, "code": code, "message": "told by OSS"})
    for call in (
        lambda: bucket.read("a", 10),
        bucket.list,
        bucket.ours,
        lambda: bucket.create("a", b""),
        lambda: bucket.remove(["a"]),
    ):
        with pytest.raises(BaselineUnusable) as told:
            call()
        assert (told.value.reference, told.value.status) == (reference, 8)
        assert said in str(told.value)
        assert "told by OSS" in str(told.value)


def test_a_bucket_that_is_not_there(bucket: OssObjects, server: LocalServer) -> None:
    server.admin.switches(buckets_appear=False)
    with pytest.raises(BaselineUnusable, match="there is no bucket mine"):
        bucket.ours()
    with pytest.raises(BaselineUnusable, match="there is no bucket"):
        OssObjects("No_Bucket", "", service(HERE, server.url), Credential(ACCOUNT, *KEYS[:2]))


ODD = [
    (404, ""),
    (404, "<html>no such page</html>"),
    (200, "<html>welcome</html>"),
    (200, '<!DOCTYPE a [<!ENTITY b "c">]><ListBucketResult/>'),
    (200, "\ufeffnothing"),
    (200, ""),
]


@pytest.mark.parametrize(("status", "body"), ODD)
def test_an_answer_of_somebody_else_is_no_answer(
    bucket: OssObjects, server: LocalServer, status: int, body: str
) -> None:
    fault(server, times=0, action={"raw": {"status": status, "body": body}})
    for call in (bucket.list, bucket.ours):
        with pytest.raises(BaselineUnusable):
            call()
    if status == 404:
        with pytest.raises(BaselineUnusable):
            bucket.read("a", 10)


def test_a_list_whose_pages_repeat_ends_with_an_error(bucket: OssObjects, server: LocalServer) -> None:
    token = "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
    fault(server, times=0, action={"raw": {"body": f"<ListBucketResult>{token}</ListBucketResult>"}})
    with pytest.raises(BaselineUnusable, match="not what OSS sends"):
        bucket.list()


def sdk_request(server: LocalServer, method: str, query: dict[str, str], body: bytes, region: str) -> None:
    made = objects(server, "", region)
    made._asked(method, "setting up", "", query, {"Content-Type": "application/xml"}, body)
    made.close()


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_a_bucket_with_versions_is_refused(bucket: OssObjects, server: LocalServer, status: str) -> None:
    body = f"<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>".encode()
    sdk_request(server, "PUT", {"versioning": ""}, body, HERE)
    with pytest.raises(BaselineUnusable) as told:
        bucket.ours()
    assert told.value.reference == "state-versioned"
    assert "fc-guard state move" in str(told.value)


def test_a_bucket_of_another_region_is_followed_once(bucket: OssObjects, server: LocalServer) -> None:
    sdk_request(server, "PUT", {}, b"", "cn-beijing")
    server.admin.clear_journal()
    assert bucket.ours()
    assert bucket.create("a", b"one")
    assert bucket.read("a", 10) == b"one"
    assert calls(server) == ["GetBucketInfo", "GetBucketInfo", "PutObject", "GetObject"]


def test_an_endpoint_that_is_none_of_osss_is_not_followed() -> None:
    at = Service("https://oss-cn-hangzhou.aliyuncs.com", HERE, named=True)
    assert at.moved("oss-cn-beijing.aliyuncs.com") == Service(
        "https://oss-cn-beijing.aliyuncs.com", "cn-beijing", named=True
    )
    for named in ("", "evil.example", "oss-cn-beijing.aliyuncs.com.evil.example", "oss-cn-hangzhou.aliyuncs.com"):
        assert at.moved(named) is None


@pytest.mark.parametrize(
    ("fc", "told", "url", "region"),
    [
        ("https://1.cn-hangzhou.fc.aliyuncs.com", "", "https://b1.oss-cn-hangzhou.aliyuncs.com/", HERE),
        (
            "https://1.cn-hangzhou-internal.fc.aliyuncs.com",
            "",
            "https://b1.oss-cn-hangzhou-internal.aliyuncs.com/",
            HERE,
        ),
        (
            "https://1.cn-hangzhou.fc.aliyuncs.com",
            "oss-cn-beijing-internal.aliyuncs.com",
            "https://b1.oss-cn-beijing-internal.aliyuncs.com/",
            "cn-beijing",
        ),
        ("http://127.0.0.1:95/~cn-hangzhou", "", "http://127.0.0.1:95/__oss/b1/", HERE),
        ("https://1.cn-hangzhou.fc.aliyuncs.com", "http://127.0.0.1:95/x/", "http://127.0.0.1:95/x/b1/", HERE),
    ],
)
def test_where_a_bucket_is(fc: str, told: str, url: str, region: str) -> None:
    at = service(HERE, fc, told)
    assert (at.of("b1"), at.region) == (url, region)


@pytest.mark.parametrize("told", ["ftp://x", "https://", "https://user:secret@host", "https://host?a"])
def test_what_is_no_endpoint_is_refused_without_repeating_it(told: str) -> None:
    with pytest.raises(BadInput) as error:
        service(HERE, "", told)
    assert "secret" not in str(error.value)
