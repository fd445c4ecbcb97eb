"""Requests on their way: how long they may take, and what is said when they fail. Knows no service."""
