"""What a run holds: its steps and sessions, what it has read, its locks, its terminal. Begin with session.py."""
