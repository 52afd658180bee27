"""Write the objects of a database as definitions that people would have written."""

from schema_dsl.importing.definitions import WrittenDefinitions, write_definitions

__all__ = ["WrittenDefinitions", "write_definitions"]
