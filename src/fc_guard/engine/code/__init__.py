"""A function's code on all sides: its source, how it differs, merged, sent, written back. Begin with comparison.py."""
