"""Read declarations from files of SQL: each CREATE statement becomes the object that its class declares in Python."""
