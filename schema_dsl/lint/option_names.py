"""The option names of Postgres 14 to 18 that are not part of its grammar."""

from __future__ import annotations

import enum

from schema_dsl.analysis.builtins import split_words


class OptionValue(enum.Enum):
    """The values that an option accepts."""

    ANY = enum.auto()
    BOOLEAN = enum.auto()
    MATCH = enum.auto()  # a Boolean or MATCH
    REQUIRED = enum.auto()


BOOLEANS = frozenset({"true", "false", "on", "off"})

PRIVILEGES = split_words(
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
        split_words(
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
        split_words("analyze verbose costs settings generic_plan buffers wal timing summary memory"),
        OptionValue.BOOLEAN,
    ),
    "serialize": OptionValue.ANY,
    "format": OptionValue.REQUIRED,
}
COPY = {
    "freeze": OptionValue.BOOLEAN,
    "header": OptionValue.MATCH,
    **dict.fromkeys(
        split_words(
            "format delimiter null default quote escape encoding on_error log_verbosity reject_limit"
        ),
        OptionValue.REQUIRED,
    ),
    **dict.fromkeys(
        split_words("force_quote force_not_null force_null convert_selectively"), OptionValue.ANY
    ),
}

RANGE = split_words("subtype subtype_opclass collation canonical subtype_diff multirange_type_name")
# By the kind of the created object: the term for its attributes in messages, and their names.
DEFINED = {
    "OBJECT_COLLATION": (
        "collation attribute",
        split_words("from locale lc_collate lc_ctype provider deterministic rules version"),
    ),
    "OBJECT_TSCONFIGURATION": ("text search configuration parameter", frozenset({"parser", "copy"})),
}
PUBLICATION = split_words("publish publish_via_partition_root publish_generated_columns")
ROLE_GRANT_OPTIONS = frozenset({"admin", "inherit", "set"})
EVENTS = split_words("ddl_command_start ddl_command_end sql_drop table_rewrite login")
STATISTICS = frozenset({"ndistinct", "dependencies", "mcv"})

WITHOUT_MODIFIER = split_words(
    "text uuid json jsonb bool int2 int4 int8 float4 float8 date bytea inet cidr macaddr money xml oid name "
    "tsvector tsquery point citext hstore"
)

# Constraints that a column may have at most once, and constraints that exclude each other.
AT_MOST_ONCE = {
    "CONSTR_DEFAULT": "default values",
    "CONSTR_IDENTITY": "identity specifications",
    "CONSTR_GENERATED": "generation clauses",
}
MUTUALLY_EXCLUSIVE = (
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
