"""The stages that touch the world: refresh, survey, questions, rescue, apply, recovery. Wired in `session`."""
