"""Every question to the user."""
