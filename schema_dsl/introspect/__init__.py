"""What is in a database, and how it is held against what was declared.

`introspect` reads a database into the model's own classes. `canonical` has Postgres write the SQL in
declared objects the way it writes what it holds, `compare` says what differs, `describe` says it in words:

    differences = compare(canonical(connection, wanted), introspect(connection))
"""

from schema_dsl.introspect.canonical import canonical
from schema_dsl.introspect.compare import compare
from schema_dsl.introspect.describe import describe
from schema_dsl.introspect.reading import Introspection, Unsupported, introspect

__all__ = ["Introspection", "Unsupported", "canonical", "compare", "describe", "introspect"]
