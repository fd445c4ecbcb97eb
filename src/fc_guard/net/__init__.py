"""HTTP requests: how long they may take, and how their failures are worded. This package knows no service."""
