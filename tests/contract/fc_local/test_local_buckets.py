"""The fake OSS's buckets, through OSS's own Python SDK (alibabacloud-oss-v2), unmodified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import alibabacloud_oss_v2 as sdk
import pytest
from alibabacloud_oss_v2.exceptions import OperationError
from tests.contract.fc_local.clients import ACCOUNT, KEY

from fc_local.server import LocalServer

OTHER = ("AKOTHER", "SKOTHER", "6543210987654321")


def oss_client(server: LocalServer, key: tuple[str, str, str] = KEY, region: str = "cn-hangzhou") -> sdk.Client:
    config = sdk.config.load_default()
    config.credentials_provider = sdk.credentials.StaticCredentialsProvider(key[0], key[1])
    config.region, config.endpoint, config.use_path_style = region, server.url, True
    config.retry_max_attempts = 1
    return sdk.Client(config)


@pytest.fixture
def bucket(server: LocalServer) -> sdk.Client:
    client = oss_client(server)
    client.put_bucket(sdk.PutBucketRequest(bucket="mine"))
    return client


def put(client: sdk.Client, key: str, body: bytes, **more: Any) -> Any:
    return client.put_object(sdk.PutObjectRequest(bucket="mine", key=key, body=body, **more))


def refused(call: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(OperationError) as told:
        call()
    error: Any = told.value.unwrap()
    return error.status_code, error.code


def test_what_must_not_exist_is_written_once(bucket: sdk.Client) -> None:
    put(bucket, "a/1", b"one", forbid_overwrite=True)
    assert refused(lambda: put(bucket, "a/1", b"two", forbid_overwrite=True)) == (409, "FileAlreadyExists")
    assert bucket.get_object(sdk.GetObjectRequest(bucket="mine", key="a/1")).body.read() == b"one"
    put(bucket, "a/1", b"three")
    assert bucket.get_object(sdk.GetObjectRequest(bucket="mine", key="a/1")).body.read() == b"three"


def test_pages_of_a_list_follow_one_another_and_hold_any_name(bucket: sdk.Client) -> None:
    names = sorted([*(f"p/{number:04}" for number in range(25)), "p/a b~ü+&<(1)"], key=str.encode)
    for name in [*names, "q/outside"]:
        put(bucket, name, name.encode())
    found, token = [], None
    for _ in range(9):
        page = bucket.list_objects_v2(
            sdk.ListObjectsV2Request(
                bucket="mine", prefix="p/", max_keys=4, continuation_token=token, encoding_type="url"
            )
        )
        found += page.contents
        token = page.next_continuation_token
        if not page.is_truncated:
            break
    assert [each.key for each in found] == names
    assert [each.size for each in found] == [len(name.encode()) for name in names]
    assert all(each.last_modified is not None for each in found)


def test_several_objects_are_deleted_at_once_and_a_missing_one_is_no_error(bucket: sdk.Client) -> None:
    for name in ("a", "b", "c"):
        put(bucket, name, b"x")
    gone = sdk.Delete(objects=[sdk.ObjectIdentifier(key=name) for name in ("a", "c", "never")], quiet=True)
    bucket.delete_multiple_objects(sdk.DeleteMultipleObjectsRequest(bucket="mine", delete=gone))
    left = bucket.list_objects_v2(sdk.ListObjectsV2Request(bucket="mine"))
    assert [each.key for each in left.contents] == ["b"]


def test_a_bucket_tells_its_owner_region_and_versioning(server: LocalServer, bucket: sdk.Client) -> None:
    def about() -> tuple[str, str, str | None]:
        info = bucket.get_bucket_info(sdk.GetBucketInfoRequest(bucket="mine")).bucket_info
        return info.owner.id, info.location, info.versioning

    assert about() == (ACCOUNT, "oss-cn-hangzhou", None)
    for status in ("Enabled", "Suspended"):
        settings = sdk.VersioningConfiguration(status=status)
        request = sdk.PutBucketVersioningRequest(bucket="mine", versioning_configuration=settings)
        bucket.put_bucket_versioning(request)
        assert about()[2] == status
    put(bucket, "a", b"one", forbid_overwrite=True)
    put(bucket, "a", b"two", forbid_overwrite=True)  # said of real buckets: no effect there
    server.stop()
    server.start()
    again = oss_client(server).get_bucket_info(sdk.GetBucketInfoRequest(bucket="mine")).bucket_info
    assert (again.owner.id, again.versioning) == (ACCOUNT, "Suspended")


def test_a_bucket_that_is_not_there_or_elsewhere_or_somebody_else_s(tmp_path: Any) -> None:
    with LocalServer(home=tmp_path, keys=[KEY, OTHER]) as server:
        server.admin.switches(buckets_appear=False, buckets_are_open=False)
        client = oss_client(server)
        assert refused(lambda: put(client, "a", b"x")) == (404, "NoSuchBucket")
        client.put_bucket(sdk.PutBucketRequest(bucket="mine"))
        far = oss_client(server, region="cn-beijing")
        with pytest.raises(OperationError) as told:
            put(far, "a", b"x")
        error: Any = told.value.unwrap()
        assert (error.status_code, error.code) == (403, "AccessDenied")
        assert b"<Endpoint>oss-cn-hangzhou.aliyuncs.com</Endpoint>" in error.snapshot
        assert refused(lambda: put(oss_client(server, OTHER), "a", b"x")) == (403, "AccessDenied")
        wrong = oss_client(server, (KEY[0], "other", ACCOUNT))
        assert refused(lambda: put(wrong, "a", b"x")) == (403, "SignatureDoesNotMatch")
        put(client, "a", b"x")


def test_the_clients_operations_have_names_in_the_journal(server: LocalServer, bucket: sdk.Client) -> None:
    put(bucket, "a", b"x")
    bucket.list_objects_v2(sdk.ListObjectsV2Request(bucket="mine"))
    bucket.get_bucket_info(sdk.GetBucketInfoRequest(bucket="mine"))
    named = [(entry["op"], entry["write"]) for entry in server.admin.journal()]
    assert named == [("PutBucket", True), ("PutObject", True), ("ListObjectsV2", False), ("GetBucketInfo", False)]
