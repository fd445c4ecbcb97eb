"""What the component adds to a run of the host: `python -m tests.bench`."""
