"""Holds values only: frozen, comparable, without I/O."""
