"""Function Compute as the stages see it: read, list, send. The Alibaba SDK is known to `sdk`, `guarded_sdk`,
`operations` and `tracing` alone."""
