"""A local Function Compute 2.0: a real HTTP server over SQLite that the official clients use unchanged."""

VERSION = "0.1.0"
