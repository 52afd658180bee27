"""One file a kind: how it comes about, changes and goes, as data with functions in narrow slots."""
