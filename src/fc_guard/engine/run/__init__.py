"""The run room holds what all other rooms work with: sessions, live state, locks, the terminal.

A `Step` comes in from the host. wiring.py checks its props and puts together a session (session.py): one that reads,
one that also writes here, or one that also writes to FC. ahead.py starts the reads and tells under which name all of it
goes, and agreement.py refuses what contradicts an earlier step. From then on the session's refresh.py returns live
state, out of the memory in answers.py while that is fresh, and package_view.py opens a package that is online. A
command that writes holds the locks of locking.py; terminal.py and progress.py are how it speaks to the user. Begin with
session.py.
"""
