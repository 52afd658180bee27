"""Read a database into the model's classes, and compare it with the declared objects.

`introspect` reads a database. `canonicalize` has Postgres rewrite the SQL of declared objects in the form that the
catalog uses. `compare` lists the differences, and `describe` formats a difference as a sentence:

    differences = compare(canonicalize(connection, wanted), introspect(connection))

`find_different_sql` and `adopt_equal_sql` take out the differences that Postgres only prints.
"""

from schema_dsl.introspect.canonical import canonicalize
from schema_dsl.introspect.compare import compare
from schema_dsl.introspect.describe import describe
from schema_dsl.introspect.equal_sql import adopt_equal_sql, find_different_sql
from schema_dsl.introspect.reading import Introspection, Unsupported, introspect

__all__ = [
    "Introspection",
    "Unsupported",
    "adopt_equal_sql",
    "canonicalize",
    "compare",
    "describe",
    "find_different_sql",
    "introspect",
]
