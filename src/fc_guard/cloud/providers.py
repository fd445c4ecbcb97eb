"""The table of providers, and the gateway that answers for each kind."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from fc_guard.cloud.gateway import Credential, Gateway, Heard, Lookup, Waits
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.kinds.support.provider import SUPPORT
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.vaults import Vault
from fc_guard.net.words import LOOPBACK


def no_audit(endpoint: str, region: str, credential: Credential) -> Lookup | None:
    return None


def no_vault(endpoint: str, region: str, credential: Credential) -> Vault:
    raise ValueError(t("this provider has no certificates"))


@dataclass(frozen=True, slots=True)
class Provider:
    """A cloud's service with an API of its own.

    `endpoint` takes account and region and returns the service's URL; `gateway` takes that URL, region, keys and the
    kinds that it answers for. `audit` takes the URL, region and keys, and returns what looks into the audit trail; None
    where there is none. `vault` takes the same, and returns where the account's certificates lie.
    """

    name: str
    endpoint: Callable[[str, str], str]
    gateway: Callable[[str, str, Credential, Catalog], Gateway]
    audit: Callable[[str, str, Credential], Lookup | None] = no_audit
    vault: Callable[[str, str, Credential], Vault] = no_vault


def _fc2_endpoint(account: str, region: str) -> str:
    return f"https://{account}.{region}.fc.aliyuncs.com"


def _fc2_gateway(endpoint: str, region: str, credential: Credential, catalog: Catalog) -> Gateway:
    """Imports the SDK late: that takes half a second, and not every run needs it."""
    from fc_guard.cloud.fc2.gateway import Fc2Gateway  # noqa: PLC0415

    return Fc2Gateway(endpoint, region, credential, catalog)


def _fc2_audit(endpoint: str, region: str, credential: Credential) -> Lookup | None:
    address = trail_beside(endpoint, region)
    if not address:
        return None

    def lookup(since: datetime, until: datetime) -> Heard:
        from fc_guard.cloud.wire.trail import ActionTrail  # noqa: PLC0415  only where something drifted

        return ActionTrail(address, region, credential).lookup(since, until)

    return lookup


def _fc2_vault(endpoint: str, region: str, credential: Credential) -> Vault:
    from fc_guard.cloud.support.certificates import Certificates  # noqa: PLC0415  few steps have any
    from fc_guard.cloud.support.reach import Reach  # noqa: PLC0415

    return Certificates(Reach(endpoint, region, credential))


def _support_gateway(endpoint: str, region: str, credential: Credential, catalog: Catalog) -> Gateway:
    from fc_guard.cloud.support.gateway import SupportGateway  # noqa: PLC0415  few projects have any

    return SupportGateway(endpoint, region, credential, catalog)


PROVIDERS: Final = (
    Provider(FC2, _fc2_endpoint, _fc2_gateway, _fc2_audit, _fc2_vault),
    Provider(SUPPORT, _fc2_endpoint, _support_gateway),
)
"""Supporting resources are beside Function Compute: its address says which cloud that is."""


def trail_beside(endpoint: str, region: str) -> str:
    """Returns the address of the audit trail that belongs to an FC: the region's, or that of the local FC. Returns ''
    for any other endpoint, which is nobody's to ask."""
    host = urlsplit(endpoint).hostname or ""
    if host.endswith(".aliyuncs.com"):
        return f"https://actiontrail.{region}.aliyuncs.com"
    return f"{endpoint.rstrip('/')}/__actiontrail" if host in LOOPBACK else ""


def provider_of(providers: tuple[Provider, ...], name: str) -> Provider:
    return next(provider for provider in providers if provider.name == name)


def require_gateways(providers: tuple[Provider, ...], catalog: Catalog) -> None:
    """Raises `ValueError` if the catalog has a kind that no gateway answers for."""
    missing = {kind.provider for kind in catalog.kinds} - {provider.name for provider in providers}
    if missing:
        raise ValueError(t("there is no gateway for {missing}", missing=sorted(missing)))


class Gateways:
    """The gateways of one account and region, one for each provider. Each is made at its first use, from any thread."""

    def __init__(
        self, providers: tuple[Provider, ...], catalog: Catalog, named: str, region: str, credential: Credential
    ) -> None:
        """An endpoint that is `named` is that of every provider. Raises `ValueError` like `require_gateways`."""
        require_gateways(providers, catalog)
        self._providers = providers
        self._catalog = catalog
        self._named = named
        self._region = region
        self._credential = credential
        self._made: dict[str, Gateway] = {}
        self._vaults: dict[str, Vault] = {}
        self._making = Lock()
        self._source: Callable[[str], Gateway] = self._make

    def endpoint(self, provider: str) -> str:
        """Returns the URL of a provider's service."""
        return self._named or provider_of(self._providers, provider).endpoint(self._credential.account, self._region)

    def audit(self, provider: str) -> Lookup | None:
        make = provider_of(self._providers, provider).audit
        return make(self.endpoint(provider), self._region, self._credential)

    def vault(self, provider: str) -> Vault:
        with self._making:
            if provider not in self._vaults:
                make = provider_of(self._providers, provider).vault
                self._vaults[provider] = make(self.endpoint(provider), self._region, self._credential)
            return self._vaults[provider]

    def of(self, provider: str) -> Gateway:
        with self._making:
            if provider not in self._made:
                self._made[provider] = self._source(provider)
            return self._made[provider]

    def _make(self, provider: str) -> Gateway:
        own = Catalog(tuple(kind for kind in self._catalog.kinds if kind.provider == provider))
        make = provider_of(self._providers, provider).gateway
        return make(self.endpoint(provider), self._region, self._credential, own)

    def about(self, id: Address) -> Gateway:
        return self.of(id.provider)

    def waiting(self, waits: Waits) -> Gateways:
        """Returns the same gateways, which wait by `waits`."""
        other = copy(self)
        other._made, other._making = {}, Lock()
        other._source = lambda provider: self.of(provider).waiting(waits)
        return other
