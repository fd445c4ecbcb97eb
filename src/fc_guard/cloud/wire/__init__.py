"""What every product of Alibaba Cloud needs: guarded requests, failures as our errors, retries, OSS."""
