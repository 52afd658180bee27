"""The declared objects: one frozen class per kind, without I/O and without SQL statements."""
