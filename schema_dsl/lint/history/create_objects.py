"""What CREATE statements add, beside tables."""

from __future__ import annotations

import re
from collections.abc import Callable

from schema_dsl.lint.builtins import Signature
from schema_dsl.lint.history.alter_table import heard_of
from schema_dsl.lint.history.create_routine import create_function
from schema_dsl.lint.history.create_table import column, created
from schema_dsl.lint.history.default_privileges import granted_when_made
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryIndex,
    HistoryPolicy,
    HistoryPosition,
    HistoryRelation,
    HistoryRole,
    HistoryTrigger,
    Routine,
    Schema,
    UserType,
)
from schema_dsl.lint.history.trees import (
    enumeration,
    modifiers,
    names,
    option_text,
    options,
    qualified,
    role_name,
    type_named,
)
from schema_dsl.lint.option_names import words
from schema_dsl.model.names import default_name, distinct
from schema_dsl.parsing import Node, output_name

# tgtype bits, as the grammar gives them.
_EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}
_ENABLES = re.compile(r"\benable\s+row\s+level\s+security\b", re.IGNORECASE)
_TIMINGS = {2: "before", 64: "instead of"}
# AlterDomainStmt.subtype: ADD CONSTRAINT, SET NOT NULL.
_CONSTRAINS = frozenset("CO")


def create_table(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a table, unless it is known to be there and the statement passes over it."""
    relation = created(schema, tree, moment)
    schema.built = None
    known = schema.relations.get(relation.key)
    if known is not None and not known.declared and tree.if_not_exists and not known.doubtful:
        return
    add_relation(schema, relation)


def add_relation(schema: Schema, relation: HistoryRelation) -> None:
    """Put a relation in its place, with what default privileges give on it."""
    if schema.default_privileges.held and not relation.grants and not relation.temporary:
        relation.grants = granted_when_made(schema, "OBJECT_TABLE", relation.schema)
    if schema.row_security_by_trigger and relation.kind == "table":
        relation.row_security = None
    schema.relations[relation.key] = relation
    schema.dropped.discard(relation.key)
    for index in relation.indexes.values():
        schema.indexes[relation.schema, index.name] = index


def create_foreign_table(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a foreign table."""
    relation = created(schema, tree.base_stmt, moment)
    relation.kind = "foreign"
    add_relation(schema, relation)


def create_sequence(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a sequence, which can be read like a table."""
    key = (schema.creation_schema(tree.sequence.schemaname), tree.sequence.relname)
    columns = {"last_value": "int8", "log_cnt": "int8", "is_called": "bool"}
    made = {name: HistoryColumn(name, kind) for name, kind in columns.items()}
    add_relation(
        schema, HistoryRelation(*key, kind="sequence", columns=made, complete=True, settled=True, made=moment)
    )


def create_index(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add an index, under the name that Postgres would choose if it has none."""
    relation = heard_of(schema, tree.relation)
    keys = [each.index_elem for each in tree.index_params]
    columns = tuple(each.name for each in keys)
    name = tree.idxname
    if not name:
        shown = [each.name or output_name(each.expr, "expr") for each in keys]
        shown += [each.index_elem.name for each in tree.index_including_params]
        name = default_name(
            relation.name, distinct(shown), "idx", lambda n: (relation.schema, n) in schema.indexes
        )
    elif tree.if_not_exists and (relation.schema, name) in schema.indexes:
        return
    index = HistoryIndex(
        name,
        relation.key,
        columns,
        tree.unique,
        tree.access_method or "btree",
        tree.HasField("where_clause"),
        tree,
        moment,
    )
    relation.indexes[name] = schema.indexes[relation.schema, name] = index


def create_policy(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a policy."""
    heard_of(schema, tree.table).policies[tree.policy_name] = HistoryPolicy(
        tree.policy_name,
        tree.cmd_name or "all",
        tuple(role_name(each) for each in tree.roles) or ("public",),
        tree.permissive,
        tree.qual if tree.HasField("qual") else None,
        tree.with_check if tree.HasField("with_check") else None,
        moment,
    )


def alter_policy(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Change a policy's roles and conditions."""
    policy = heard_of(schema, tree.table).policies.get(tree.policy_name)
    if policy is None:
        return
    policy.names = None
    if tree.roles:
        policy.roles = tuple(role_name(each) for each in tree.roles)
    if tree.HasField("qual"):
        policy.using = tree.qual
    if tree.HasField("with_check"):
        policy.check = tree.with_check


def create_trigger(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a trigger."""
    heard_of(schema, tree.relation).triggers[tree.trigname] = HistoryTrigger(
        tree.trigname,
        qualified(tree.funcname),
        next((timing for bit, timing in _TIMINGS.items() if tree.timing & bit), "after"),
        frozenset(event for bit, event in _EVENTS.items() if tree.events & bit),
        tree.row,
        tree=tree,
        made=moment,
    )


def create_enum(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add an enum."""
    _add_type(schema, tree.type_name, "enum", moment).labels = names(tree.vals)


def alter_enum(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Add or rename a label."""
    where, name = qualified(tree.type_name)
    full = schema.find_type(where, name)
    found = schema.user_type(full) if full else None
    if found is None:
        return
    if tree.old_val:
        found.labels = [tree.new_val if label == tree.old_val else label for label in found.labels]
    elif tree.new_val not in found.labels:
        found.labels.append(tree.new_val)


def create_domain(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a domain."""
    made = _add_type(schema, tree.domainname, "domain", moment)
    made.base = type_named(schema, tree.type_name)
    made.complete = made.base is not None
    made.modifiers = modifiers(tree.type_name)
    under = schema.user_type(made.base) if made.base else None
    kinds = {enumeration("ConstrType")[each.constraint.contype] for each in tree.constraints}
    made.constrained = bool(kinds & {"CONSTR_CHECK", "CONSTR_NOTNULL"}) or bool(under and under.constrained)


def alter_domain(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Note that a domain comes to have a constraint."""
    where, name = qualified(tree.type_name)
    full = schema.find_type(where, name)
    found = schema.user_type(full) if full else None
    if found is not None and tree.subtype in _CONSTRAINS:
        found.constrained = True


def create_range(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a range type, with its multirange and the functions that make values of both."""
    made = _add_type(schema, tree.type_name, "range", moment)
    several = made.name.replace("range", "multirange", 1)
    if several == made.name:
        several = f"{made.name}_multirange"
    for name, value in options(tree.params):
        if name == "subtype":
            made.base = type_named(schema, value.type_name)
        elif name == "multirange_type_name":
            several = qualified(value.type_name.names)[1]
    own, ends = f"{made.schema}.{made.name}", (made.base, made.base)
    schema.types[made.schema, several] = UserType(made.schema, several, "base", complete=False, made=moment)
    for name, signature in (
        (made.name, Signature(ends, own, volatility="i")),
        (made.name, Signature((*ends, "text"), own, volatility="i")),
        (several, Signature((), f"{made.schema}.{several}", volatility="i")),
        (several, Signature((f"{own}[]",), f"{made.schema}.{several}", volatility="i", variadic=own)),
    ):
        schema.routines.setdefault((made.schema, name), []).append(
            Routine(made.schema, name, signature, made=moment)
        )


def create_composite(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a composite type: to its users a relation without rows."""
    key = (schema.creation_schema(tree.typevar.schemaname), tree.typevar.relname)
    relation = HistoryRelation(*key, kind="composite", complete=True, settled=True, made=moment)
    for each in tree.coldeflist:
        made = column(schema, each.column_def, moment)
        relation.columns[made.name] = made
    schema.relations[key] = relation


def _add_type(schema: Schema, parts: Node, kind: str, moment: HistoryPosition) -> UserType:
    where, name = qualified(parts)
    made = UserType(schema.creation_schema(where), name, kind, made=moment)
    schema.types[made.schema, name] = made
    schema.dropped_types.discard((made.schema, name))
    return made


def define(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Note an aggregate, operator or base type, none of which is looked into."""
    kind = enumeration("ObjectType")[tree.kind]
    where, name = qualified(tree.defnames)
    if kind == "OBJECT_OPERATOR":
        schema.operators.add(name)
    elif kind == "OBJECT_AGGREGATE":
        made = Routine(
            schema.creation_schema(where), name, Signature((), None, "a", variadic="any"), made=moment
        )
        schema.routines.setdefault((made.schema, name), []).append(made)
    elif kind == "OBJECT_TYPE":
        _add_type(schema, tree.defnames, "base", moment).complete = False


def create_cast(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Note a cast."""
    schema.casts.add((type_named(schema, tree.sourcetype), type_named(schema, tree.targettype)))


_OF_PLATFORMS = words(
    "auth storage realtime _realtime extensions vault pgsodium graphql graphql_public net cron pgmq tiger topology "
    "pgbouncer supabase_functions supabase_migrations"
)


def create_schema(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Add a schema; one that was surely not there holds nothing else than what follows."""
    name = tree.schemaname or tree.authrole.rolename
    # Where all of public is known, the history is whole, and only what the platform brings may be there.
    surely_new = not tree.if_not_exists or ("public" in schema.closed and name not in _OF_PLATFORMS)
    if name not in schema.schemas and surely_new:
        schema.closed.add(name)
    schema.schemas.add(name)


# Extensions that bring functions, types and operators only.
_WITHOUT_RELATIONS = words(
    "autoinc bloom btree_gin btree_gist citext cube dict_int dict_xsyn earthdistance fuzzystrmatch hstore http "
    "insert_username intarray isn lo ltree moddatetime pg_hashids pg_jsonschema pg_trgm pgcrypto pgjwt plpgsql refint "
    "rum seg tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp vector"
)


def create_extension(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Note an extension: what it brings, and where to, is not known."""
    schema.extensions.add(tree.extname)
    target = next((option_text(value) for name, value in options(tree.options) if name == "schema"), "")
    home = target or schema.creation_schema("")
    schema.extended.add(home)
    if tree.extname not in _WITHOUT_RELATIONS:
        schema.closed.discard(home)


def create_role(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Add a role."""
    made = schema.roles.setdefault(tree.role, HistoryRole(tree.role))
    made.login = enumeration("RoleStmtType")[tree.stmt_type] == "ROLESTMT_USER"
    _role_options(made, tree.options)
    for name, value in options(tree.options):
        if name == "addroleto":
            made.member_of.update(role_name(each) for each in value.list.items)
        elif name in {"rolemembers", "adminmembers"}:
            _members(schema, tree.role, value, join=True)


def alter_role(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Change a role's attributes."""
    found = schema.roles.get(tree.role.rolename)
    if found is not None:
        _role_options(found, tree.options)
    for name, value in options(tree.options):
        if name == "rolemembers":
            # ALTER GROUP
            _members(schema, tree.role.rolename, value, join=tree.action > 0)


def grant_role(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Note who belongs to which role."""
    for member in map(role_name, tree.grantee_roles):
        held = schema.roles.setdefault(member, HistoryRole(member)).member_of
        for each in tree.granted_roles:
            (held.add if tree.is_grant else held.discard)(each.access_priv.priv_name)


def _members(schema: Schema, role: str, listed: Node, *, join: bool) -> None:
    for member in map(role_name, listed.list.items):
        held = schema.roles.setdefault(member, HistoryRole(member)).member_of
        (held.add if join else held.discard)(role)


def create_event_trigger(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Note a trigger that may see to row level security of what is made."""
    if tree.eventname == "ddl_command_end":
        found = list(schema.named_routines(*qualified(tree.funcname)))
        schema.row_security_by_trigger |= not found or any(
            _ENABLES.search(each.body or "") is not None for each in found
        )


_ROLE_OPTIONS = {"bypassrls": "bypasses_row_security", "superuser": "superuser", "canlogin": "login"}


def _role_options(role: HistoryRole, nodes: Node) -> None:
    for name, value in options(nodes):
        if name in _ROLE_OPTIONS:
            setattr(role, _ROLE_OPTIONS[name], option_text(value) == "true")


CREATIONS: dict[str, Callable[[Schema, Node, HistoryPosition], None]] = {
    "create_stmt": create_table,
    "create_foreign_table_stmt": create_foreign_table,
    "create_seq_stmt": create_sequence,
    "index_stmt": create_index,
    "create_policy_stmt": create_policy,
    "alter_policy_stmt": alter_policy,
    "create_trig_stmt": create_trigger,
    "create_function_stmt": create_function,
    "create_enum_stmt": create_enum,
    "alter_enum_stmt": alter_enum,
    "create_domain_stmt": create_domain,
    "alter_domain_stmt": alter_domain,
    "create_range_stmt": create_range,
    "composite_type_stmt": create_composite,
    "define_stmt": define,
    "create_cast_stmt": create_cast,
    "create_schema_stmt": create_schema,
    "create_extension_stmt": create_extension,
    "create_role_stmt": create_role,
    "alter_role_stmt": alter_role,
    "grant_role_stmt": grant_role,
    "create_event_trig_stmt": create_event_trigger,
}
