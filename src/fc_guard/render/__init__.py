"""Renders plan and report as text and as JSON. Secrets are masked and text from outside is escaped here."""
