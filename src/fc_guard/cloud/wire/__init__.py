"""What any product of Alibaba Cloud needs: guarded requests, its failures in our words, what may be repeated, OSS."""
