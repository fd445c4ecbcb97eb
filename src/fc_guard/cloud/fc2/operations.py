"""The table that says how the SDK is asked for each operation. A missing name fails when the gateway is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from alibabacloud_fc_open20210406 import models
from alibabacloud_fc_open20210406.client import Client

from fc_guard.language import t
from fc_guard.model.catalog import Catalog
from fc_guard.model.kinds import Kind


@dataclass(frozen=True, slots=True)
class Operation:
    """`request` is None if the call has no request model; `besides` are further headers."""

    method: Callable[..., Any]
    request: type | None
    headers: type
    besides: Mapping[str, str] = field(default_factory=dict)
    reads: bool = False


# Without it FC's older API neither shows nor takes triggers of EventBridge: facts of 2016-08-15.
EVENTBRIDGE: Final = {"x-fc-enable-eventbridge-trigger": "enable"}

OPERATIONS: Final[Mapping[str, Operation]] = {
    "CreateService": Operation(
        Client.create_service_with_options, models.CreateServiceRequest, models.CreateServiceHeaders
    ),
    "GetService": Operation(
        Client.get_service_with_options, models.GetServiceRequest, models.GetServiceHeaders, reads=True
    ),
    "ListServices": Operation(
        Client.list_services_with_options, models.ListServicesRequest, models.ListServicesHeaders, reads=True
    ),
    "UpdateService": Operation(
        Client.update_service_with_options, models.UpdateServiceRequest, models.UpdateServiceHeaders
    ),
    "DeleteService": Operation(Client.delete_service_with_options, None, models.DeleteServiceHeaders),
    "ListServiceVersions": Operation(
        Client.list_service_versions_with_options,
        models.ListServiceVersionsRequest,
        models.ListServiceVersionsHeaders,
        reads=True,
    ),
    "ListAliases": Operation(
        Client.list_aliases_with_options, models.ListAliasesRequest, models.ListAliasesHeaders, reads=True
    ),
    "ListProvisionConfigs": Operation(
        Client.list_provision_configs_with_options,
        models.ListProvisionConfigsRequest,
        models.ListProvisionConfigsHeaders,
        reads=True,
    ),
    "CreateVpcBinding": Operation(
        Client.create_vpc_binding_with_options, models.CreateVpcBindingRequest, models.CreateVpcBindingHeaders
    ),
    "ListVpcBindings": Operation(
        Client.list_vpc_bindings_with_options, None, models.ListVpcBindingsHeaders, reads=True
    ),
    "DeleteVpcBinding": Operation(Client.delete_vpc_binding_with_options, None, models.DeleteVpcBindingHeaders),
    "CreateFunction": Operation(
        Client.create_function_with_options, models.CreateFunctionRequest, models.CreateFunctionHeaders
    ),
    "GetFunction": Operation(
        Client.get_function_with_options, models.GetFunctionRequest, models.GetFunctionHeaders, reads=True
    ),
    "GetFunctionCode": Operation(
        Client.get_function_code_with_options, models.GetFunctionCodeRequest, models.GetFunctionCodeHeaders, reads=True
    ),
    "ListFunctions": Operation(
        Client.list_functions_with_options, models.ListFunctionsRequest, models.ListFunctionsHeaders, reads=True
    ),
    "UpdateFunction": Operation(
        Client.update_function_with_options, models.UpdateFunctionRequest, models.UpdateFunctionHeaders
    ),
    "DeleteFunction": Operation(Client.delete_function_with_options, None, models.DeleteFunctionHeaders),
    "GetFunctionAsyncInvokeConfig": Operation(
        Client.get_function_async_invoke_config_with_options,
        models.GetFunctionAsyncInvokeConfigRequest,
        models.GetFunctionAsyncInvokeConfigHeaders,
        reads=True,
    ),
    "ListFunctionAsyncInvokeConfigs": Operation(
        Client.list_function_async_invoke_configs_with_options,
        models.ListFunctionAsyncInvokeConfigsRequest,
        models.ListFunctionAsyncInvokeConfigsHeaders,
        reads=True,
    ),
    "PutFunctionAsyncInvokeConfig": Operation(
        Client.put_function_async_invoke_config_with_options,
        models.PutFunctionAsyncInvokeConfigRequest,
        models.PutFunctionAsyncInvokeConfigHeaders,
    ),
    "DeleteFunctionAsyncInvokeConfig": Operation(
        Client.delete_function_async_invoke_config_with_options,
        models.DeleteFunctionAsyncInvokeConfigRequest,
        models.DeleteFunctionAsyncInvokeConfigHeaders,
    ),
    "CreateTrigger": Operation(
        Client.create_trigger_with_options, models.CreateTriggerRequest, models.CreateTriggerHeaders, EVENTBRIDGE
    ),
    "GetTrigger": Operation(Client.get_trigger_with_options, None, models.GetTriggerHeaders, EVENTBRIDGE, reads=True),
    "ListTriggers": Operation(
        Client.list_triggers_with_options,
        models.ListTriggersRequest,
        models.ListTriggersHeaders,
        EVENTBRIDGE,
        reads=True,
    ),
    "UpdateTrigger": Operation(
        Client.update_trigger_with_options, models.UpdateTriggerRequest, models.UpdateTriggerHeaders, EVENTBRIDGE
    ),
    "DeleteTrigger": Operation(Client.delete_trigger_with_options, None, models.DeleteTriggerHeaders, EVENTBRIDGE),
    "CreateCustomDomain": Operation(
        Client.create_custom_domain_with_options, models.CreateCustomDomainRequest, models.CreateCustomDomainHeaders
    ),
    "GetCustomDomain": Operation(
        Client.get_custom_domain_with_options, None, models.GetCustomDomainHeaders, reads=True
    ),
    "ListCustomDomains": Operation(
        Client.list_custom_domains_with_options,
        models.ListCustomDomainsRequest,
        models.ListCustomDomainsHeaders,
        reads=True,
    ),
    "UpdateCustomDomain": Operation(
        Client.update_custom_domain_with_options, models.UpdateCustomDomainRequest, models.UpdateCustomDomainHeaders
    ),
    "DeleteCustomDomain": Operation(Client.delete_custom_domain_with_options, None, models.DeleteCustomDomainHeaders),
}


def require_known(catalog: Catalog) -> None:
    """Raises `ValueError` if a kind has an operation that is not in the table."""
    named = {name for kind in catalog.kinds for name in _named(kind)}
    if unknown := sorted(named - OPERATIONS.keys()):
        raise ValueError(t("operations of a kind that the gateway does not know: {unknown}", unknown=unknown))


def _named(kind: Kind) -> Iterator[str]:
    of = kind.operations
    yield from (name for name in (of.create, of.read, of.update, of.delete, of.list) if name)
    yield from (holder.list for holder in kind.holders)
