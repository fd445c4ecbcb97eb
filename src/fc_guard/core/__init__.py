"""Holds normal form, three-way compare and planning: pure functions over the model's values."""
