"""Takes orders over HTTP."""


def handler(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}: welcome to the shop\n".encode()]
