"""XTrace's GetToken, for clients that switch tracing on and make the tracing address of it."""

from __future__ import annotations

from aiohttp import web

from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.scope import Scope

VERSION = "2019-08-08"


def token(exchange: Exchange, scope: Scope) -> web.Response:
    """Answers as the real service does. The domain leads nowhere."""
    header = exchange.signed.header
    if (header("x-acs-version"), header("x-acs-action")) != (VERSION, "GetToken"):
        raise FcError(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
    domain = f"tracing-analysis-dc-{scope.region}.local.invalid"
    return web.json_response(
        {
            "RequestId": "00000000-0000-0000-0000-000000000000",
            "Token": {
                "Domain": f"http://{domain}",
                "InternalDomain": f"http://{domain}",
                "LicenseKey": f"local@{scope.account}",
                "Pid": "local@fc",
            },
        }
    )
