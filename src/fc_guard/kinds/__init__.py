"""Has one module per resource kind. Adding a kind takes a module, its schema, and one line in `catalog`."""
