"""The ask room puts the questions that a plan leaves open to the user.

questions.py gets what is undecided in a plan that was shown already, or what has to be confirmed, and returns the
decisions. Enter means stop, which raises `NeedsDecision`; nothing of the plan is written before the answer. Where
nobody can be asked, it says which option would answer.
"""
