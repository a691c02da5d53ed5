"""Comments of linked pairs, both ways: read in bulk, decided by pure functions, then written."""
