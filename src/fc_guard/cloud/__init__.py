"""Function Compute as the stages see it: read, list, send. Only `sdk.py` knows the Alibaba SDK."""
