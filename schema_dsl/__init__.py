"""The classes and functions that a definitions file imports to declare a Postgres schema."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

# Not loaded lazily like the other names, because `schema_dsl.sql` would be the submodule instead of the function.
from schema_dsl.sql import Sql, sql

if TYPE_CHECKING:
    from schema_dsl.model.access import Access, may, member_of, where
    from schema_dsl.model.aggregate import Aggregate
    from schema_dsl.model.cast import Cast
    from schema_dsl.model.changes import Changes
    from schema_dsl.model.collation import Collation
    from schema_dsl.model.column import Column
    from schema_dsl.model.composite_type import CompositeType
    from schema_dsl.model.constraint import Check, Exclusion, ForeignKey, PrimaryKey, Unique
    from schema_dsl.model.default_privileges import DefaultPrivileges
    from schema_dsl.model.domain import Domain
    from schema_dsl.model.enum import Enum
    from schema_dsl.model.event_trigger import EventTrigger
    from schema_dsl.model.expression import (
        at_least,
        at_most,
        between,
        gen_random_uuid,
        matches,
        max_length,
        now,
        one_of,
    )
    from schema_dsl.model.extension import Extension
    from schema_dsl.model.foreign_data_wrapper import ForeignDataWrapper
    from schema_dsl.model.foreign_server import ForeignServer
    from schema_dsl.model.foreign_table import ForeignColumn, ForeignTable
    from schema_dsl.model.function import Function
    from schema_dsl.model.grant import Grant
    from schema_dsl.model.index import Index, IndexElement, descending
    from schema_dsl.model.materialized_view import MaterializedView
    from schema_dsl.model.operator import Operator
    from schema_dsl.model.partition import (
        Partition,
        PartitionKey,
        by_hash,
        by_list,
        by_range,
        values_from,
        values_in,
        values_modulo,
    )
    from schema_dsl.model.policy import Policy
    from schema_dsl.model.procedure import Procedure
    from schema_dsl.model.publication import Publication
    from schema_dsl.model.published_table import PublishedTable
    from schema_dsl.model.range_type import RangeType
    from schema_dsl.model.reference import Reference
    from schema_dsl.model.role import Role
    from schema_dsl.model.rule import RewriteRule
    from schema_dsl.model.schema import Schema
    from schema_dsl.model.sequence import Sequence
    from schema_dsl.model.sequence_options import SequenceOptions
    from schema_dsl.model.sql_file import sql_file
    from schema_dsl.model.statistics import Statistics
    from schema_dsl.model.table import Table
    from schema_dsl.model.text_search_configuration import TextSearchConfiguration
    from schema_dsl.model.text_search_dictionary import TextSearchDictionary
    from schema_dsl.model.trigger import Trigger, before_update
    from schema_dsl.model.type import (
        Type,
        array,
        bigint,
        boolean,
        box,
        bytea,
        cidr,
        circle,
        citext,
        date,
        datemultirange,
        daterange,
        double_precision,
        hstore,
        inet,
        int4multirange,
        int4range,
        int8multirange,
        int8range,
        integer,
        interval,
        json,
        jsonb,
        ltree,
        macaddr,
        macaddr8,
        money,
        named_type,
        numeric,
        nummultirange,
        numrange,
        point,
        polygon,
        real,
        smallint,
        text,
        time,
        timestamp,
        timestamptz,
        timetz,
        tsmultirange,
        tsquery,
        tsrange,
        tstzmultirange,
        tstzrange,
        tsvector,
        uuid,
        varchar,
        xml,
    )
    from schema_dsl.model.user_mapping import UserMapping
    from schema_dsl.model.view import View

_NAMES_BY_MODULE = {
    "access": ("Access", "may", "member_of", "where"),
    "aggregate": ("Aggregate",),
    "cast": ("Cast",),
    "changes": ("Changes",),
    "collation": ("Collation",),
    "column": ("Column",),
    "composite_type": ("CompositeType",),
    "publication": ("Publication",),
    "published_table": ("PublishedTable",),
    "range_type": ("RangeType",),
    "constraint": ("Check", "Exclusion", "ForeignKey", "PrimaryKey", "Unique"),
    "default_privileges": ("DefaultPrivileges",),
    "domain": ("Domain",),
    "enum": ("Enum",),
    "event_trigger": ("EventTrigger",),
    "expression": (
        "at_least",
        "at_most",
        "between",
        "gen_random_uuid",
        "matches",
        "max_length",
        "now",
        "one_of",
    ),
    "extension": ("Extension",),
    "foreign_data_wrapper": ("ForeignDataWrapper",),
    "foreign_server": ("ForeignServer",),
    "foreign_table": ("ForeignColumn", "ForeignTable"),
    "function": ("Function",),
    "grant": ("Grant",),
    "index": ("Index", "IndexElement", "descending"),
    "materialized_view": ("MaterializedView",),
    "operator": ("Operator",),
    "partition": (
        "Partition",
        "PartitionKey",
        "by_hash",
        "by_list",
        "by_range",
        "values_from",
        "values_in",
        "values_modulo",
    ),
    "policy": ("Policy",),
    "procedure": ("Procedure",),
    "reference": ("Reference",),
    "role": ("Role",),
    "rule": ("RewriteRule",),
    "schema": ("Schema",),
    "sequence_options": ("SequenceOptions",),
    "sql_file": ("sql_file",),
    "sequence": ("Sequence",),
    "statistics": ("Statistics",),
    "table": ("Table",),
    "text_search_configuration": ("TextSearchConfiguration",),
    "text_search_dictionary": ("TextSearchDictionary",),
    "trigger": ("Trigger", "before_update"),
    "type": (
        "Type",
        "array",
        "bigint",
        "boolean",
        "box",
        "bytea",
        "cidr",
        "circle",
        "citext",
        "date",
        "datemultirange",
        "daterange",
        "double_precision",
        "hstore",
        "inet",
        "int4multirange",
        "int4range",
        "int8multirange",
        "int8range",
        "integer",
        "interval",
        "json",
        "jsonb",
        "ltree",
        "macaddr",
        "macaddr8",
        "money",
        "named_type",
        "numeric",
        "nummultirange",
        "numrange",
        "point",
        "polygon",
        "real",
        "smallint",
        "text",
        "time",
        "timestamp",
        "timestamptz",
        "timetz",
        "tsmultirange",
        "tsquery",
        "tsrange",
        "tstzmultirange",
        "tstzrange",
        "tsvector",
        "uuid",
        "varchar",
        "xml",
    ),
    "user_mapping": ("UserMapping",),
    "view": ("View",),
}
_MODULE_OF_NAME = {
    name: f"schema_dsl.model.{module}" for module, names in _NAMES_BY_MODULE.items() for name in names
}

__all__ = [
    "Access",
    "Aggregate",
    "Cast",
    "Changes",
    "Check",
    "Collation",
    "Column",
    "CompositeType",
    "DefaultPrivileges",
    "Domain",
    "Enum",
    "EventTrigger",
    "Exclusion",
    "Extension",
    "ForeignColumn",
    "ForeignDataWrapper",
    "ForeignKey",
    "ForeignServer",
    "ForeignTable",
    "Function",
    "Grant",
    "Index",
    "IndexElement",
    "MaterializedView",
    "Operator",
    "Partition",
    "PartitionKey",
    "Policy",
    "PrimaryKey",
    "Procedure",
    "Publication",
    "PublishedTable",
    "RangeType",
    "Reference",
    "RewriteRule",
    "Role",
    "Schema",
    "Sequence",
    "SequenceOptions",
    "Sql",
    "Statistics",
    "Table",
    "TextSearchConfiguration",
    "TextSearchDictionary",
    "Trigger",
    "Type",
    "Unique",
    "UserMapping",
    "View",
    "array",
    "at_least",
    "at_most",
    "before_update",
    "between",
    "bigint",
    "boolean",
    "box",
    "by_hash",
    "by_list",
    "by_range",
    "bytea",
    "cidr",
    "circle",
    "citext",
    "date",
    "datemultirange",
    "daterange",
    "descending",
    "double_precision",
    "gen_random_uuid",
    "hstore",
    "inet",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "integer",
    "interval",
    "json",
    "jsonb",
    "ltree",
    "macaddr",
    "macaddr8",
    "matches",
    "max_length",
    "may",
    "member_of",
    "money",
    "named_type",
    "now",
    "numeric",
    "nummultirange",
    "numrange",
    "one_of",
    "point",
    "polygon",
    "real",
    "smallint",
    "sql",
    "sql_file",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "uuid",
    "values_from",
    "values_in",
    "values_modulo",
    "varchar",
    "where",
    "xml",
]


# Hidden from type checkers, which would otherwise accept any name as an object.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load a name on first use, so that `schema-dsl --help` does not import the model."""
        module = _MODULE_OF_NAME.get(name)
        if module is None:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value = getattr(import_module(module), name)
        globals()[name] = value
        return value
