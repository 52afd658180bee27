"""The options that Postgres knows by name without its grammar knowing them (versions 14 to 18)."""

from __future__ import annotations

import enum


class OptionValue(enum.Enum):
    """What an option takes."""

    ANY = enum.auto()
    BOOLEAN = enum.auto()
    MATCH = enum.auto()  # a Boolean or MATCH
    REQUIRED = enum.auto()


def words(text: str) -> frozenset[str]:
    """Make a set of the words in a line."""
    return frozenset(text.split())


BOOLEANS = frozenset({"true", "false", "on", "off"})

PRIVILEGES = words(
    "select insert update delete truncate references trigger execute usage create temporary temp connect set "
    "maintain"
) | {"alter system"}

ANALYZE = {
    "verbose": OptionValue.BOOLEAN,
    "skip_locked": OptionValue.BOOLEAN,
    "buffer_usage_limit": OptionValue.REQUIRED,
}
VACUUM = {
    **ANALYZE,
    **dict.fromkeys(
        words(
            "analyze full freeze disable_page_skipping process_main process_toast truncate "
            "skip_database_stats only_database_stats"
        ),
        OptionValue.BOOLEAN,
    ),
    "index_cleanup": OptionValue.ANY,
    "parallel": OptionValue.REQUIRED,
}
EXPLAIN = {
    **dict.fromkeys(
        words("analyze verbose costs settings generic_plan buffers wal timing summary memory"),
        OptionValue.BOOLEAN,
    ),
    "serialize": OptionValue.ANY,
    "format": OptionValue.REQUIRED,
}
COPY = {
    "freeze": OptionValue.BOOLEAN,
    "header": OptionValue.MATCH,
    **dict.fromkeys(
        words("format delimiter null default quote escape encoding on_error log_verbosity reject_limit"),
        OptionValue.REQUIRED,
    ),
    **dict.fromkeys(words("force_quote force_not_null force_null convert_selectively"), OptionValue.ANY),
}

RANGE = words("subtype subtype_opclass collation canonical subtype_diff multirange_type_name")
# By the kind of object that is created: what its attributes are called, and which there are.
DEFINED = {
    "OBJECT_COLLATION": (
        "collation attribute",
        words("from locale lc_collate lc_ctype provider deterministic rules version"),
    ),
    "OBJECT_TSCONFIGURATION": ("text search configuration parameter", frozenset({"parser", "copy"})),
}
PUBLICATION = words("publish publish_via_partition_root publish_generated_columns")
ROLE_GRANT_OPTIONS = frozenset({"admin", "inherit", "set"})
EVENTS = words("ddl_command_start ddl_command_end sql_drop table_rewrite login")
STATISTICS = frozenset({"ndistinct", "dependencies", "mcv"})

WITHOUT_MODIFIER = words(
    "text uuid json jsonb bool int2 int4 int8 float4 float8 date bytea inet cidr macaddr money xml oid name "
    "tsvector tsquery point citext hstore"
)

# Constraints of a column that it may have once, and those that exclude each other.
ONCE = {
    "CONSTR_DEFAULT": "default values",
    "CONSTR_IDENTITY": "identity specifications",
    "CONSTR_GENERATED": "generation clauses",
}
NOT_BOTH = (
    ("CONSTR_DEFAULT", "CONSTR_IDENTITY", "default and identity"),
    ("CONSTR_DEFAULT", "CONSTR_GENERATED", "default and generation expression"),
    ("CONSTR_IDENTITY", "CONSTR_GENERATED", "identity and generation expression"),
)
NOT_FOR_DOMAINS = {
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_EXCLUSION": "exclusion",
    "CONSTR_FOREIGN": "foreign key",
}
