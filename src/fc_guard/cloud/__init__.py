"""The cloud as the stages see it: `gateway` holds its protocols, `providers` says which gateway answers for a kind,
`local` finds the local Function Compute. Only the packages below know the SDK."""
