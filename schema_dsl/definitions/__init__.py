"""Load the definitions/ folder into a Catalog."""

from schema_dsl.definitions.loading import load_definitions

__all__ = ["load_definitions"]
