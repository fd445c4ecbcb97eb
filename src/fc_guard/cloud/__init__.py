"""The cloud as the stages see it: read, list, send. For them are `gateway`, its protocols; `providers`, which says
which gateway answers for a kind; and `local`, which finds the local Function Compute. The rest alone knows the SDK."""
