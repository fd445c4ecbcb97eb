"""How what a step names differs from what is online. Begin with survey.py."""
