"""The stages that do I/O, in six rooms: run, ask, code, look, write, pull. Each imports only those before it."""
