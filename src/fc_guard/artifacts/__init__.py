"""Code: a folder as a deterministic package, a package as its files, and edits of s.yaml."""
