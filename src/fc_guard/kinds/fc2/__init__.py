"""Has the kinds of Function Compute 2.0, one module each."""
