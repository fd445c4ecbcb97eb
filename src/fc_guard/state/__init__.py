"""Baselines, intents, rescue copies and the lock: all that this project remembers, written only here."""
