"""A function's code on all sides: where it comes from, how it differs, merged, on its way there and back. Begin with comparison.py."""
