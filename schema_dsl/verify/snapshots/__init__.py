"""Read the catalog and the rows of a database, and compare the readings."""
