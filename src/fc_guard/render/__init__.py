"""Plan and report as text and as JSON. Secrets are masked here; text from outside is escaped here."""
