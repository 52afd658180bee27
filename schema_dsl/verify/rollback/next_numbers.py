"""Find columns whose sequence would give numbers that rows already have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from psycopg import sql as pg

from schema_dsl.postgres import Connection

# The integer columns that take their numbers from a sequence, as an identity or by default. A default that computes
# something else from the number is left out.
_SOURCES: Final = """
    -- Few defaults refer to a sequence, and to print the others takes time.
    WITH defaults AS MATERIALIZED (
        SELECT v.adbin, v.adrelid, v.adnum, q.seqrelid
        FROM pg_catalog.pg_sequence AS q
        INNER JOIN pg_catalog.pg_depend AS d
            ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = q.seqrelid
                AND d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
        INNER JOIN pg_catalog.pg_attrdef AS v ON v.oid = d.objid
    ),
    sources AS (
        SELECT refobjid AS relation, refobjsubid AS number, objid AS sequence
        FROM pg_catalog.pg_depend
        WHERE deptype = 'i' AND refobjsubid > 0 AND refclassid = classid
            AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        UNION
        SELECT adrelid, adnum, seqrelid FROM defaults
        WHERE pg_catalog.pg_get_expr(adbin, adrelid) ~ '^nextval\\([^()]*::regclass\\)$'
    )
    SELECT n.nspname, c.relname, a.attname, m.nspname, s.relname, q.seqincrement
    FROM sources
    INNER JOIN pg_catalog.pg_attribute AS a ON a.attrelid = sources.relation AND a.attnum = sources.number
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    INNER JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = sources.sequence AND NOT q.seqcycle
    INNER JOIN pg_catalog.pg_class AS s ON s.oid = q.seqrelid
    INNER JOIN pg_catalog.pg_namespace AS m ON m.oid = s.relnamespace
    WHERE a.atttypid IN ('smallint'::pg_catalog.regtype, 'integer'::pg_catalog.regtype, 'bigint'::pg_catalog.regtype)
    ORDER BY 1, 2, 3, 4, 5
"""

RepeatedNumbers: TypeAlias = Mapping[tuple[str, str, str], str]
"""For the schema, table and name of a column a sentence that says from which number on numbers repeat."""


def find_repeated_numbers(connection: Connection) -> RepeatedNumbers:
    """Return the columns with a number that their sequence has still to give.

    Args:
        connection: A session of a role that sees all rows.
    """
    found: dict[tuple[str, str, str], str] = {}
    for schema, table, column, *sequence, increment in connection.execute(_SOURCES).fetchall():
        query = pg.SQL(
            "SELECT s.last_value + CASE WHEN s.is_called THEN {} ELSE 0 END, (SELECT {}({}) FROM {}) FROM {} AS s"
        ).format(
            pg.Literal(increment),
            pg.SQL("max" if increment > 0 else "min"),
            pg.Identifier(column),
            pg.Identifier(schema, table),
            pg.Identifier(*sequence),
        )
        for following, last in connection.execute(query).fetchall():
            if last is not None and (last >= following if increment > 0 else last <= following):
                found[schema, table, column] = (
                    f"the next number of column {column} of {schema}.{table} is {following}, although a row already "
                    f"has {last}: set the sequence {'.'.join(sequence)} with setval() where the migration or the "
                    "rollback changes the source of the numbers"
                )
    return found
