"""A plan carried out: intent, call, record; what is saved before, and what killed runs left. Begin with rounds.py."""
