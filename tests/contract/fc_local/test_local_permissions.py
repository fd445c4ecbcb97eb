"""What a principal is not allowed to do, and how Function Compute says so."""

from __future__ import annotations

import pytest
from alibabacloud_actiontrail20200706 import models as at
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import KEY, failure
from tests.contract.fc_local.test_local_trail import trail_client

from fc_local.remote import AdminError
from fc_local.server import LocalServer


def test_an_operation_of_fc_is_denied(server: LocalServer, client: Client) -> None:
    server.admin.deny("fc:CreateService", "actiontrail:*", principal=KEY[0])
    create = m.CreateServiceRequest(service_name="svc")
    assert failure(client.create_service, create) == (403, "AccessDenied")
    assert client.list_services(m.ListServicesRequest()).body.services == []
    assert failure(trail_client(server).lookup_events, at.LookupEventsRequest()) == (403, "NoPermission")
    refused = server.admin.journal()[0]
    assert (refused["op"], refused["status"], refused["code"]) == ("CreateService", 403, "AccessDenied")
    server.admin.deny("fc:Get*", "fc:delete*")
    client.create_service(create)
    assert failure(client.get_service, "svc", m.GetServiceRequest()) == (403, "AccessDenied")
    assert failure(client.delete_service, "svc") == (403, "AccessDenied")
    server.admin.reset()
    client.create_service(create)
    client.delete_service("svc")


def test_a_signature_that_nobody_checks_still_names_who_asks(server: LocalServer, client: Client) -> None:
    server.admin.switches(auth="off")
    server.admin.deny("fc:ListServices", principal=KEY[0])
    assert failure(client.list_services, m.ListServicesRequest()) == (403, "AccessDenied")


@pytest.mark.parametrize(
    "denied", ["x", [1], [{}], [{"actions": []}], [{"actions": [1]}], [{"actions": ["a"], "principal": 1}], [{"a": 1}]]
)
def test_a_malformed_denial_is_refused(server: LocalServer, denied: object) -> None:
    with pytest.raises(AdminError, match="400"):
        server.admin._call("PUT", "permissions", {"denied": denied})
