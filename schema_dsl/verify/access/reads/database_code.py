"""Read the code of a database that decides on access: policies, views, and the routines that they call."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.postgres import Connection


@attrs.frozen(kw_only=True)
class PolicyCode:
    """A policy.

    Attributes:
        command: "all", "select", "insert", "update" or "delete".
        conditions: The conditions USING and WITH CHECK, as Postgres writes them.
    """

    command: str
    conditions: tuple[str, ...]


@attrs.frozen(kw_only=True)
class RelationCode:
    """A table, view or materialized view.

    Attributes:
        columns: The names of the columns.
        query: The query of a view; "" for a table.
        policies: The policies of a table.
        is_materialized: Whether it is a materialized view.
        generated: The expressions of generated columns, by column.
        writable: The privileges with which a view takes rows: "INSERT", "UPDATE" and "DELETE".
    """

    columns: tuple[str, ...]
    query: str
    policies: tuple[PolicyCode, ...] = ()
    is_materialized: bool = False
    generated: Mapping[str, str] = attrs.Factory(dict)
    writable: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class RoutineCode:
    """A user-defined routine.

    Attributes:
        oid: The oid.
        schema: The schema.
        name: The name.
        language: The language.
        is_immutable: Whether the routine is IMMUTABLE.
        security_definer: Whether the routine is SECURITY DEFINER.
        definition: The CREATE FUNCTION statement; "" for a routine of an extension.
        source: The body as a string; "" if the body is not a string.
    """

    oid: int
    schema: str
    name: str
    language: str
    is_immutable: bool
    security_definer: bool
    definition: str
    source: str

    def __str__(self) -> str:
        """Return the name of the routine for messages."""
        return f"{self.schema}.{self.name}"


@attrs.frozen
class DatabaseCode:
    """The relations and routines of a database, without those of the system catalogs."""

    relations: Mapping[QualifiedKey, RelationCode] = attrs.Factory(dict)
    routines: Mapping[str, tuple[RoutineCode, ...]] = attrs.Factory(dict)
    _homes: Mapping[str, tuple[QualifiedKey, ...]] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Index the relations by their names."""
        homes: dict[str, tuple[QualifiedKey, ...]] = {}
        for schema, name in self.relations:
            homes[name] = (*homes.get(name, ()), (schema, name))
        object.__setattr__(self, "_homes", homes)

    def without_policies(self) -> DatabaseCode:
        """Return the code that applies to the owner of the tables: policies do not."""
        relations = {name: attrs.evolve(each, policies=()) for name, each in self.relations.items()}
        return DatabaseCode(relations, self.routines)

    def find_relations(self, schema: str, name: str) -> tuple[QualifiedKey, ...]:
        """Return the relations that a name may mean; without a schema, those of public or else of any schema."""
        found = self._homes.get(name, ())
        if schema:
            return tuple(relation for relation in found if relation[0] == schema)
        return tuple(relation for relation in found if relation[0] == "public") or found

    def find_routines(self, schema: str, name: str) -> Iterator[RoutineCode]:
        """Yield the routines that a name may mean."""
        for routine in self.routines.get(name, ()):
            if not schema or routine.schema == schema:
                yield routine


def read_code(connection: Connection) -> DatabaseCode:
    """Read the policies, views and routines of a database, with the names in their text qualified."""
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL search_path = ''")
        policies: dict[QualifiedKey, list[PolicyCode]] = {}
        for schema, name, command, conditions in connection.execute(_POLICIES).fetchall():
            code = PolicyCode(command=command, conditions=tuple(conditions))
            policies.setdefault((schema, name), []).append(code)
        relations = {
            (schema, name): RelationCode(
                columns=tuple(columns),
                query=query,
                policies=tuple(policies.get((schema, name), ())),
                is_materialized=is_materialized,
                generated=generated,
                writable=tuple(writable),
            )
            for schema, name, columns, query, is_materialized, generated, writable in connection.execute(
                _RELATIONS
            ).fetchall()
        }
        routines: dict[str, tuple[RoutineCode, ...]] = {}
        for row in connection.execute(_ROUTINES).fetchall():
            routine = RoutineCode(**dict(zip(_ROUTINE_FIELDS, row, strict=True)))
            routines[routine.name] = (*routines.get(routine.name, ()), routine)
    return DatabaseCode(relations, routines)


def code_of_policies(conditions: Mapping[QualifiedKey, Collection[str]]) -> DatabaseCode:
    """Return the code of policies with some conditions on tables."""
    return DatabaseCode(
        {
            name: RelationCode(
                columns=(), query="", policies=(PolicyCode(command="all", conditions=tuple(sorted(found))),)
            )
            for name, found in conditions.items()
        }
    )


def merge_code(states: Sequence[DatabaseCode]) -> DatabaseCode:
    """Return the code of several states of a database together: of two definitions of an object, both count."""
    relations: dict[QualifiedKey, RelationCode] = {}
    routines: dict[str, tuple[RoutineCode, ...]] = {}
    for number, state in enumerate(states):
        for name, relation in state.relations.items():
            known = relations.get(name, relation)
            columns = dict.fromkeys((*known.columns, *relation.columns))
            policies = dict.fromkeys((*known.policies, *relation.policies))
            relations[name] = attrs.evolve(
                relation,
                columns=tuple(columns),
                policies=tuple(policies),
                generated={**known.generated, **relation.generated},
            )
        for label, found in state.routines.items():
            # The oids of different databases are unrelated.
            added = tuple(attrs.evolve(each, oid=each.oid * len(states) + number) for each in found)
            routines[label] = (*routines.get(label, ()), *added)
    return DatabaseCode(relations, routines)


_POLICIES: Final = """
    SELECT n.nspname, c.relname,
        CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
            ELSE 'all' END,
        pg_catalog.array_remove(ARRAY[pg_catalog.pg_get_expr(p.polqual, p.polrelid),
            pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)], NULL)
    FROM pg_catalog.pg_policy AS p
    JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    ORDER BY n.nspname, c.relname, p.polname
"""
_RELATIONS: Final = """
    SELECT n.nspname, c.relname,
        ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) ELSE '' END,
        c.relkind = 'm',
        (SELECT coalesce(json_object_agg(a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid)), '{}'::json)
            FROM pg_catalog.pg_attribute AS a
            JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attgenerated <> ''),
        -- The bits are those of the commands, and INSTEAD OF triggers count.
        ARRAY(SELECT o.name FROM (VALUES ('UPDATE', 4), ('INSERT', 8), ('DELETE', 16)) AS o (name, bit)
            WHERE c.relkind = 'v' AND pg_catalog.pg_relation_is_updatable(c.oid, true) & o.bit <> 0)
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""
_ROUTINE_FIELDS: Final = (
    "oid",
    "schema",
    "name",
    "language",
    "is_immutable",
    "security_definer",
    "definition",
    "source",
)
# Extensions can have thousands of routines, whose bodies read no table of the application.
_ROUTINES: Final = """
    SELECT p.oid::bigint, n.nspname, p.proname, l.lanname, p.provolatile = 'i', p.prosecdef,
        CASE WHEN l.lanname IN ('sql', 'plpgsql') AND e.objid IS NULL AND p.prokind IN ('f', 'p')
            THEN pg_catalog.pg_get_functiondef(p.oid) ELSE '' END,
        CASE WHEN e.objid IS NULL THEN p.prosrc ELSE '' END
    FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
    LEFT JOIN pg_catalog.pg_depend AS e
        ON e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e'
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prorettype <> 'pg_catalog.trigger'::regtype
    ORDER BY n.nspname, p.proname, p.oid
"""
