"""The look room compares what a step names with what is online, and writes nothing.

survey.py takes a session, reads the live resources and the baselines, has the code room compare the code, and returns
one `ResourceDiff` for each resource; lookups.py completes the desired side with values that s.yaml leaves to the
account. Without the lock, steady.py repeats that until no other run wrote meanwhile. For an undo, saved.py finds the
rescue copies and undoing.py compares them with what is online; for a sync, portrait.py turns what is online into props.
Begin with survey.py.
"""
