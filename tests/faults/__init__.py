"""Faults at every request and every write, from outside: the real worker, the real SDK, real sockets.

`python -m tests.faults --seconds 600 --seed 1` plays as much of all of it as the time allows and prints what it
played; in CI a sample of it runs.
"""
