"""Sends what is asked, and counts the writes whose fate is unknown."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from ask_fc.exchange import ADDRESS, DOMAIN, Answer, Ask
from fc_guard.cloud.fc2.plain import Plain, PlainClient
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.guard import Exchange
from fc_guard.cloud.wire.retry import FaultError

PATIENCE: Final = 30.0
"""Seconds that one request may take."""


class NoAnswerError(Exception):
    """There was no answer, or none but throttling."""


class Wire:
    """The requests of one account and region."""

    def __init__(self, endpoint: str, region: str, credential: Credential) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.unknown = 0  # writes that got no answer: FC may still carry them out
        self._client = PlainClient(endpoint, region, credential, PATIENCE)

    def send(self, ask: Ask) -> Answer:
        """Raises `NoAnswerError`."""
        try:
            exchange = self._exchange(ask)
        except FaultError as error:
            if ask.method != "GET" and error.fault.reached and not error.fault.throttled:
                self.unknown += 1
            raise NoAnswerError(str(error.fault)) from error
        return Answer(exchange.status or 0, exchange.headers, exchange.body)

    def _exchange(self, ask: Ask) -> Exchange:
        if ask.api == ADDRESS:
            return self._client.fetch(ask.path, ask.headers)
        if ask.api == DOMAIN:  # FC goes by the host's name; so no DNS is needed, and the local FC may be asked too
            url = f"http://{urlsplit(self.endpoint).netloc}{ask.path}"
            return self._client.fetch(url, {**ask.headers, "Host": ask.operation})
        method, path, api = ask.method, ask.path, ask.api
        return self._client.send(
            Plain(ask.operation, method, path, api, ask.query, ask.headers, body=ask.data, late=ask.late)
        )
