"""Schemas for tests of planning and rendering: names that are hard to quote, and every kind of change."""

from __future__ import annotations

from specimen_columns import COLUMNS
from specimen_constraints import CONSTRAINTS
from specimen_objects import OBJECTS
from specimen_partitions import PARTITIONS
from specimen_parts import Changes
from specimen_policies import POLICIES
from specimen_routines import ROUTINES
from specimen_views import VIEWS

CHANGES: Changes = COLUMNS | CONSTRAINTS | POLICIES | ROUTINES | OBJECTS | VIEWS | PARTITIONS

# The migration has to run as a superuser.
SUPERUSER_CHANGES = frozenset(
    {
        "a publication of all tables",
        "an event trigger",
        "foreign data",
        "options of foreign data",
        "roles",
        "the attributes of roles",
        "the tags of an event trigger",
        "the schema of an extension",
        "the schemas of a publication",
    }
)
