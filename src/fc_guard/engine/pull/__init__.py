"""The pull room brings what was changed online into s.yaml and the code folder.

pull.py gets a survey and decides what goes into s.yaml, and what is left to a person. groups.py collects the changes
that go in together, draft.py edits the file's text, meaning.py checks that it asks for what is online and nothing else
besides, places.py words places and lines; code_folder.py merges the code. Out comes a `Pull`, which the command shows.
Once it is confirmed, taken_files.py writes the code, the command writes s.yaml, and record.py moves the baselines.
Begin with pull.py.
"""
