"""Values only: frozen, comparable, without I/O."""
