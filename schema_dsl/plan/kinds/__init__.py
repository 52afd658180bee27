"""The rules of the kinds, one file a kind: how to create, alter and drop its objects."""
