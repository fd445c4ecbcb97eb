"""What was changed online, brought into s.yaml and the code folder. Begin with pull.py."""
