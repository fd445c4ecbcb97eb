"""XTrace's token and CAS's certificates, through their own clients."""

from __future__ import annotations

import pytest
from alibabacloud_cas20180713 import models as cm
from alibabacloud_cas20180713.client import Client as CasClient
from alibabacloud_xtrace20190808 import models as xm
from alibabacloud_xtrace20190808.client import Client as XtraceClient
from tests.contract.fc_local.clients import ACCOUNT, KEY, failure
from tests.contract.fc_local.neighbours import config

from fc_local.remote import AdminError
from fc_local.server import LocalServer


def test_a_token_leads_to_the_region_s_tracing(server: LocalServer) -> None:
    """This client sends its parameters in a form and signs them as RPC's version 1.0 has it."""
    xtrace = XtraceClient(config(server, "xtrace"))
    token = xtrace.get_token(xm.GetTokenRequest(region_id="cn-shanghai")).body.token
    assert token.internal_domain.startswith("http://tracing-analysis-dc-cn-shanghai")
    assert (token.license_key, token.pid) == (f"local@{ACCOUNT}", "local@fc")
    wrong = XtraceClient(config(server, "xtrace", key=(KEY[0], "another", ACCOUNT)))
    assert failure(wrong.get_token, xm.GetTokenRequest()) == (400, "SignatureDoesNotMatch")
    server.admin.deny("xtrace:GetToken")
    assert failure(xtrace.get_token, xm.GetTokenRequest()) == (403, "Forbidden.RAM")


def test_a_certificate_that_was_put_there_is_read(server: LocalServer) -> None:
    cas = CasClient(config(server, "cas"))
    asked = cm.DescribeUserCertificateDetailRequest(cert_id=42)
    assert failure(cas.describe_user_certificate_detail, asked) == (400, "NotFound")
    server.admin.put_certificate(42, "www", "-----CERT", "-----KEY")
    found = cas.describe_user_certificate_detail(asked).body
    assert (found.id, found.name, found.cert, found.key) == (42, "www", "-----CERT", "-----KEY")
    assert server.admin.state()["certificates"] == {"42": {"Id": 42, "Name": "www", "Cert": "-----CERT"}}
    assert "-----KEY" not in str(server.admin.journal())
    server.admin.deny("yundun-cert:*", principal=KEY[0])
    assert failure(cas.describe_user_certificate_detail, asked) == (403, "Forbidden.RAM")
    with pytest.raises(AdminError, match="400"):
        server.admin._call("PUT", "certificates", {"id": "42", "name": "a", "certificate": "b", "privateKey": "c"})
