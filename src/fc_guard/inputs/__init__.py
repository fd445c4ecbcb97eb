"""Checks what the host hands over: props and options are parsed here, and places in s.yaml are found."""
