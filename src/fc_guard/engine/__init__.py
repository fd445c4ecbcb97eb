"""The stages that touch the world, in six rooms: run, ask, code, look, write, pull. Each imports those before it."""
