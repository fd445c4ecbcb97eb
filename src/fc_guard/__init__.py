"""fc-guard: deploys Function Compute from an s.yaml and notices what somebody changed online."""

__version__ = "0.1.0"
