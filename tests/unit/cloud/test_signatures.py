"""Our two signers against what others' clients sign."""

from __future__ import annotations

from datetime import datetime, timezone

from fc_guard.cloud.fc2 import temporary
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire import oss

# Made with OSS's own SDK (alibabacloud-oss-v2 1.4.1, SignerV4) for the same keys, objects and time.
AT = datetime(2026, 11, 25, 2, 30, 0, tzinfo=timezone.utc)
SCOPE = "Credential=AKTEST/20261125/cn-hangzhou/oss/aliyun_v4_request"
HEAD = "eeabc5fb33e287b87b18a04bb3687267a644667bb67d17dbb6854d28410a9f82"
PUT = "c7caf93fefe5146762ff758b82b8fdaf66736c52edbcfdd288172200eb80845c"


def test_an_object_s_head_is_signed_as_oss_s_own_sdk_signs_it() -> None:
    keys = Credential("1234567890123456", "AKTEST", "SKTEST")
    assert oss.signed("HEAD", "/my-bucket/code/app.zip", {}, keys, "cn-hangzhou", AT) == {
        "x-oss-date": "20261125T023000Z",
        "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
        "Authorization": f"OSS4-HMAC-SHA256 {SCOPE},Signature={HEAD}",
    }


def test_a_temporary_key_s_token_is_signed_too_and_names_may_be_of_any_kind() -> None:
    keys = Credential("1234567890123456", "AKTEST", "SKTEST", "STS TOKEN+/=")
    path = "/my-bucket/1234567890123456/demo/a b~ü+(1).zip"
    headers = {"Accept-Encoding": "identity", "Content-Type": "application/octet-stream"}
    signed = oss.signed("PUT", path, headers, keys, "cn-hangzhou", AT)
    assert signed["x-oss-security-token"] == "STS TOKEN+/="
    assert signed["Authorization"] == f"OSS4-HMAC-SHA256 {SCOPE},Signature={PUT}"


LIST = "3c02ac3ecbdde455dbaa68ec5a5eb31bbe79d9a958a706f47e2f740676d61007"
DELETE = "9f9a33fd3598ec164f221defbacac96c8a0b2ee865679520b70005df456612f7"


def test_a_query_is_signed_as_osss_own_sdk_signs_it() -> None:
    keys = Credential("1234567890123456", "AKTEST", "SKTEST")
    query = "continuation-token=a%2Fb%2Bc%20d&encoding-type=url&list-type=2&max-keys=1000&prefix=p%2Fx%3D"
    listed = oss.signed("GET", "/my-bucket/", {}, keys, "cn-hangzhou", AT, query)
    assert listed["Authorization"] == f"OSS4-HMAC-SHA256 {SCOPE},Signature={LIST}"
    headers = {"Content-MD5": "abc", "Content-Type": "application/xml"}
    deleted = oss.signed("POST", "/my-bucket/", headers, keys, "cn-hangzhou", AT, "delete")
    assert deleted["Authorization"] == f"OSS4-HMAC-SHA256 {SCOPE},Signature={DELETE}"


def test_the_older_api_is_signed_as_its_node_client_signs_it() -> None:
    # A request of @alicloud/fc2 2.6.6, as it was recorded.
    headers = {"content-type": "application/json", "content-md5": "MjcxMjYxYTEyNTUwOGNlOGVlMjVmYTUzYzRkN2JlNGU="}
    keys = Credential("1234567890", "AKTEST", "SKTEST")
    path = "/2016-08-15/services/my-svc/functions/fn"
    signed = temporary.signed("PUT", path, keys, "Mon, 23 Nov 2026 18:33:29 GMT", headers)
    assert signed["authorization"] == "FC AKTEST:4m3vDE3NYHISkX6mBtTdzQglD7HmF15Acr2+CP8zszo="
