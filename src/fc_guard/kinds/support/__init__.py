"""What functions need besides Function Compute: roles, logs, networks, file systems, test domains (DESIGN §10)."""
