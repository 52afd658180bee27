"""The kinds of objects that are read from a database, one file a kind."""
