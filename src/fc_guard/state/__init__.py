"""Baselines, intents, rescue copies and the lock: everything that this project remembers. Only this package writes
it."""
