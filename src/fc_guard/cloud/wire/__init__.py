"""What every product of Alibaba Cloud needs: guarded requests, failures as our errors, retries, OSS."""

from __future__ import annotations

from fc_guard.cloud.wire import spared

__all__ = ["spared"]
