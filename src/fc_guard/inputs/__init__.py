"""What the host hands over, made safe: props checked, options parsed, places in s.yaml found."""
