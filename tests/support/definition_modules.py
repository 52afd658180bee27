"""Helpers of the tests of loading definitions."""

from __future__ import annotations

from schema_dsl.model.catalog import Catalog

# The first lines of each module.
HEAD = "from schema_dsl import *\nfrom schema_dsl.platforms.supabase import auth_users\n"


def tables(catalog: Catalog) -> list[str]:
    """Return the names of the declared tables, in the order of the catalog."""
    return [identity.name for identity in catalog.of_kind("table")]
