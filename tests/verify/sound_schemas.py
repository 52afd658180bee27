"""Small sound schemas, one for each combination of a column type with a use.

No proof may fail for any of them: nothing is wrong with them.
"""

from __future__ import annotations

from sound_keys import KEYS, TRIGGERS, UNKNOWN_KEYS, list_foreign_keys, with_key
from sound_parts import HOSTILE, HistorySchema, new_table
from sound_tables import list_several_tables, named, split_by_list, split_by_range, with_settings
from sound_uses import FORMS
from sound_values import CHECKS, DEFAULTS, GENERATED, UNKNOWN_CHECKS, checked

from schema_dsl import Check, Column, Unique, integer, text


def list_schemas() -> dict[str, HistorySchema]:
    """Return the schemas by name."""
    found: dict[str, HistorySchema] = {}
    for form, (build, kinds) in FORMS.items():
        for name, kind in kinds.items():
            # A type with one value, or with few, does not let every combination be tried. The embedded server has no
            # XML.
            few = name in {"public.single", "boolean", "public.mood", "jsonpath", "xml"}
            found[f"{form} {name}"] = HistorySchema(tuple(build(kind)), untried=few or form == "excluded")
    for name, (kind, condition) in CHECKS.items():
        found[f"check {name}"] = HistorySchema((checked(kind, condition),), untried=name in UNKNOWN_CHECKS)
    for name, (kind, default) in DEFAULTS.items():
        column = Column("v", kind, default=default)
        found[f"default {name}"] = HistorySchema(
            (new_table("made", Column("id", integer, primary_key=True), column),)
        )
    for name, (kind, expression) in GENERATED.items():
        columns = [Column("a", text), Column("n", integer), Column("g", kind, generated=expression)]
        found[f"generated {name}"] = HistorySchema((new_table("made", *columns),))
    for name, parts in KEYS.items():
        found[f"key {name}"] = HistorySchema((with_key(parts),), untried=name in UNKNOWN_KEYS)
    found |= list_foreign_keys()
    for name in HOSTILE:
        found[f"name {name[:20]}"] = HistorySchema(tuple(named(name)))
    for name, trigger in TRIGGERS.items():
        found[f"trigger {name}"] = HistorySchema(
            (with_key({"triggers": [trigger], "constraints": [Unique(["a", "n"]), Check("n < 1000")]}),),
            untried=name == "unknown",
        )
    found["settings of columns"] = HistorySchema((with_settings(more=True),))
    found["partitions by range"] = HistorySchema((split_by_range("2026-02-01", "2026-04-01"),))
    found["partitions by list and hash"] = HistorySchema((split_by_list(),), untried=True)
    return found | list_several_tables()
