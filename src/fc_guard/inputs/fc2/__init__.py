"""The layout of Function Compute 2.0: service, function, triggers, customDomains."""
