"""The write room carries out a decided plan, and records it.

rounds.py is the frame. First recovery.py settles by reading what killed runs left; before the first write, foresight.py
looks at the steps whose turn has not come. Then, in each round, saving.py makes the rescue copies, and apply.py takes
every action through intent, call and record, with unversioned.py around the writes that FC ties to no version.
recorders.py decides what a command records, recording.py makes the baselines. Out come the outcomes, and the error that
ended the run. Begin with rounds.py.
"""
