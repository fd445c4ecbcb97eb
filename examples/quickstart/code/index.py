"""An HTTP function: greets whoever calls."""

import os


def handler(environ, start_response):
    name = environ.get("QUERY_STRING", "").removeprefix("name=") or "world"
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [f"{os.environ['GREETING']}, {name}!\n".encode()]
