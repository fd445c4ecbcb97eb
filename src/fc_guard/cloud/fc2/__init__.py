"""Function Compute 2.0, API 2021-04-06 and, where that lacks something, 2016-08-15."""
