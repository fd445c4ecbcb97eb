"""Asks the real Function Compute what no source tells: the open questions of the local one (docs/local-fc.md).

`script/ask-fc` runs it. Each question is a few requests below one random prefix, and an answer in the words of the
local FC's switches. Everything that was made is removed again; what a killed run leaves, the next run removes.
"""
