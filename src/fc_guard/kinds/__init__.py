"""One module a resource kind. Adding a kind is one module, its schema, and one line in `catalog`."""
