"""Read a database into the model's classes, and compare it with the declared objects.

`introspect` reads a database. `canonicalize` has Postgres rewrite the SQL of declared objects in the form that the
catalog uses. `compare` lists the differences, and `describe` formats a difference as a sentence:

    differences = compare(canonicalize(connection, wanted), introspect(connection))
"""

from schema_dsl.introspect.canonical import canonicalize
from schema_dsl.introspect.compare import compare
from schema_dsl.introspect.describe import describe
from schema_dsl.introspect.reading import Introspection, Unsupported, introspect

__all__ = ["Introspection", "Unsupported", "canonicalize", "compare", "describe", "introspect"]
