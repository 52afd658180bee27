"""Check the meaning of SQL against the replayed schema, without a database.

A module has the name of the module in `lint.history` that applies the statements which it checks.
"""
