"""Baselines, intents, rescue copies and the lock: everything this project remembers, with one writer."""
