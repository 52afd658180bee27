"""One module per kind of object; each has `READERS`, the functions by the kind of statement that they read."""
