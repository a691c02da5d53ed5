"""Files of linked pairs, both ways: read in bulk, decided by pure functions, copied as streams."""
