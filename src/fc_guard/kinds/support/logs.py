"""The log project and store that `logConfig: auto` asks for. Names and settings are the predecessor's, so that what it
made is found again."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final

from fc_guard.core.rows import rules_of
from fc_guard.kinds.support import unseen
from fc_guard.kinds.support.auto import is_auto
from fc_guard.kinds.support.provider import SUPPORT
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields
from fc_guard.model.kinds import Holder, Home, Kind, Lifecycle, Operations
from fc_guard.model.outputs import Output
from fc_guard.model.resources import Desired
from fc_guard.model.rows import servers

LONGEST: Final = 43
"""Characters of a service's name that fit into a store's: 63 with what is around it."""
LOGS: Final = t("with all logs in it")
VIEWS: Final = t("with dashboards and alerts that were made in it")


def of_service(props: Mapping[str, Any], account: str, region: str) -> Fields:
    """Returns the log configuration that a service gets where online has none."""
    if not is_auto(props["service"].get("logConfig")):
        return {}
    index = _index(props, account, region)
    project, store, _ = index.parts
    return {
        ("logConfig", "project"): Output(index, "name", text=project),
        ("logConfig", "logstore"): Output(index, "name", text=store),
        ("logConfig", "enableRequestMetrics"): True,
        ("logConfig", "enableInstanceMetrics"): True,
        ("logConfig", "logBeginRule"): "DefaultRegex",
    }


def projects(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    wanted = is_auto(props["service"].get("logConfig"))
    return (Desired(_project(account, region), {}, on_demand=True),) if wanted else ()


def stores(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    wanted = is_auto(props["service"].get("logConfig"))
    needs = frozenset((_project(account, region),))
    return (Desired(_store(props, account, region), {}, needs=needs, on_demand=True),) if wanted else ()


def indexes(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    wanted = is_auto(props["service"].get("logConfig"))
    needs = frozenset((_store(props, account, region),))
    return (Desired(_index(props, account, region), {}, needs=needs, on_demand=True),) if wanted else ()


def _project(account: str, region: str) -> Address:
    return Address(SUPPORT, account, region, "logProject", (f"{account}-{region}-logproject",))


def _store(props: Mapping[str, Any], account: str, region: str) -> Address:
    service = str(props["service"]["name"])
    name = f"fc-service-{service}-logstore"
    if len(service) > LONGEST:
        digest = hmac.new(account.encode(), service.encode(), "md5").hexdigest()
        name = f"{service[:6]}-{digest[:7]}-{region}"
    return _project(account, region).child("logStore", name.lower())


def _index(props: Mapping[str, Any], account: str, region: str) -> Address:
    """A store without an index takes entries, and none of them is found."""
    return _store(props, account, region).child("logIndex", "index")


def no_props(fields: Fields) -> dict[str, Any]:
    """Returns nothing: s.yaml says `auto`, whatever is online."""
    return {}


LOG_PROJECT = Kind(
    name="logProject",
    provider=SUPPORT,
    api="Log Service",
    parent=None,
    home=Home(("support", "logProject")),
    name_field="name",
    list_field="projects",
    operations=Operations("CreateLogProject", "GetLogProject", "", "DeleteLogProject", ""),
    rules=rules_of(servers("name", "description", "status")),
    desired=projects,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    holders=(Holder("users", "users", lambda item, id: str(item)),),
    loss=lambda id: VIEWS,
)
LOG_STORE = Kind(
    name="logStore",
    provider=SUPPORT,
    api="Log Service",
    parent="logProject",
    home=Home(("support", "logStore")),
    name_field="name",
    list_field="logstores",
    operations=Operations("CreateLogStore", "GetLogStore", "", "DeleteLogStore", "ListLogStores"),
    rules=rules_of(servers("name")),
    unseen=unseen.log_project,
    desired=stores,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    holders=(Holder("users", "users", lambda item, id: str(item)),),
    loss=lambda id: LOGS,
)
LOG_INDEX = Kind(
    name="logIndex",
    provider=SUPPORT,
    api="Log Service",
    parent="logStore",
    home=Home(("support", "logIndex")),
    name_field="name",
    list_field="indexes",
    operations=Operations("CreateLogIndex", "GetIndex", "", "DeleteLogIndex", "ListLogIndexes"),
    rules=rules_of(servers("name")),
    unseen=unseen.log_store,
    desired=indexes,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    holders=(Holder("users", "users", lambda item, id: str(item)),),
)
