"""Apply CREATE statements for other objects than tables, views and routines, and the matching ALTER statements."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.builtins import Signature, split_words
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import (
    enumeration,
    names,
    option_text,
    options,
    qualified_name,
    resolve_type_name,
    role_name,
    type_modifiers,
)
from schema_dsl.lint.history.alter_table import ensure_relation
from schema_dsl.lint.history.create_table import (
    add_relation,
    build_column,
    create_foreign_table,
    create_table,
)
from schema_dsl.lint.history.define import (
    add_other,
    create_access_method,
    create_cast,
    create_operator_class,
    define,
)
from schema_dsl.lint.history.dependent import Dependent
from schema_dsl.lint.history.domains import add_domain_part
from schema_dsl.lint.history.schema import (
    HistoryIndex,
    HistoryPolicy,
    HistoryPosition,
    HistoryRelation,
    HistoryRole,
    HistoryRule,
    HistorySchema,
    HistoryTrigger,
    Routine,
    UserType,
)
from schema_dsl.model.names import choose_default_name, number_duplicates
from schema_dsl.parsing import Node, figure_output_name

# Bits of pg_trigger.tgtype.
_EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}
_TIMINGS = {2: "before", 64: "instead of"}
# AlterDomainStmt.subtype: ADD CONSTRAINT, SET NOT NULL.


def create_sequence(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add the sequence of a statement."""
    key = (schema.creation_schema(tree.sequence.schemaname), tree.sequence.relname)
    add_sequence(schema, key, position)


def add_sequence(schema: HistorySchema, key: tuple[str, str], position: HistoryPosition | None) -> None:
    """Add a sequence, with the columns that a query can read."""
    sequence = HistoryRelation(
        Identity("sequence", *key), complete=True, fully_known=True, created_at=position
    )
    sequence.add_columns((("last_value", "int8"), ("log_cnt", "int8"), ("is_called", "bool")))
    add_relation(schema, sequence)


def create_index(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add an index, with the name that Postgres chooses for an unnamed one."""
    relation = ensure_relation(schema, tree.relation)
    keys = [param.index_elem for param in tree.index_params[:]]
    columns = tuple(key.name for key in keys)
    name = tree.idxname
    if not name:
        key_names = [key.name or figure_output_name(key.expr, "expr") for key in keys]
        key_names += [param.index_elem.name for param in tree.index_including_params[:]]
        name = choose_default_name(
            relation.name,
            number_duplicates(key_names),
            "idx",
            lambda n: (relation.schema, n) in schema.indexes,
        )
    elif tree.if_not_exists and (relation.schema, name) in schema.indexes:
        return
    index = HistoryIndex(
        relation.part("index", name),
        columns,
        tree.unique,
        tree.access_method or "btree",
        tree.HasField("where_clause"),
        tree,
        created_at=position,
    )
    relation.indexes[name] = schema.indexes[relation.schema, name] = index


def create_policy(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a policy."""
    relation = ensure_relation(schema, tree.table)
    roles = tuple(role_name(role) for role in tree.roles[:]) or ("public",)
    schema.note_roles(roles, relation)
    relation.policies[tree.policy_name] = HistoryPolicy(
        relation.part("policy", tree.policy_name),
        tree.cmd_name or "all",
        roles,
        tree.permissive,
        tree.qual if tree.HasField("qual") else None,
        tree.with_check if tree.HasField("with_check") else None,
        created_at=position,
    )


def alter_policy(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Change the roles and expressions of a policy."""
    relation = ensure_relation(schema, tree.table)
    policy = relation.policies.get(tree.policy_name)
    if policy is None:
        return
    if tree.roles:
        policy.roles = tuple(role_name(role) for role in tree.roles)
        schema.note_roles(policy.roles, relation)
    if tree.HasField("qual"):
        policy.using = tree.qual
    if tree.HasField("with_check"):
        policy.check = tree.with_check


def create_trigger(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a trigger."""
    relation = ensure_relation(schema, tree.relation)
    relation.triggers[tree.trigname] = HistoryTrigger(
        relation.part("trigger", tree.trigname),
        qualified_name(tree.funcname),
        next((timing for bit, timing in _TIMINGS.items() if tree.timing & bit), "after"),
        frozenset(event for bit, event in _EVENTS.items() if tree.events & bit),
        tree.row,
        tree=tree,
        created_at=position,
    )


def create_rule(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a rewrite rule."""
    relation = ensure_relation(schema, tree.relation)
    relation.rules[tree.rulename] = HistoryRule(
        relation.part("rule", tree.rulename), tree, created_at=position
    )


def create_enum(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add an enum."""
    _add_type(schema, tree.type_name, "enum", position).labels = names(tree.vals)


def alter_enum(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Add or rename a label of an enum."""
    schema_name, name = qualified_name(tree.type_name)
    full = schema.find_type_name(schema_name, name)
    user_type = schema.find_user_type(full) if full else None
    if user_type is None:
        return
    if tree.old_val:
        user_type.labels = [tree.new_val if label == tree.old_val else label for label in user_type.labels]
    elif tree.new_val not in user_type.labels:
        user_type.labels.append(tree.new_val)


def create_domain(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a domain."""
    domain = _add_type(schema, tree.domainname, "domain", position)
    domain.base = resolve_type_name(schema, tree.type_name)
    domain.complete = domain.base is not None
    domain.modifiers = type_modifiers(tree.type_name)
    collation = qualified_name(tree.coll_clause.collname) if tree.HasField("coll_clause") else ("", "")
    key = schema.find_other("collation", *collation)
    if key is not None:
        schema.dependencies.depend(Dependent("type", domain), schema.others["collation", *key])
    under = schema.find_user_type(domain.base) if domain.base else None
    for wrapped in tree.constraints:
        add_domain_part(domain, wrapped.constraint)
    kinds = {constraint_kind(constraint.constraint.contype) for constraint in tree.constraints}
    domain.constrained = bool(kinds & {"check", "not_null"}) or bool(under and under.constrained)


def create_range_type(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a range type, its multirange type, and the constructor functions of both."""
    range_type = _add_type(schema, tree.type_name, "range", position)
    multirange_name = range_type.name.replace("range", "multirange", 1)
    if multirange_name == range_type.name:
        multirange_name = f"{range_type.name}_multirange"
    for name, value in options(tree.params):
        if name == "subtype":
            range_type.base = resolve_type_name(schema, value.type_name)
        elif name == "multirange_type_name":
            multirange_name = qualified_name(value.type_name.names)[1]
    add_range_constructors(schema, range_type, multirange_name, position)


def add_range_constructors(
    schema: HistorySchema, range_type: UserType, multirange_name: str, position: HistoryPosition | None
) -> None:
    """Add the multirange type of a range type, and the constructor functions of both."""
    own, ends = range_type.full_name, (range_type.base, range_type.base)
    schema.types[range_type.schema, multirange_name] = UserType(
        Identity("multirange", range_type.schema, multirange_name), base=own, created_at=position
    )
    for name, signature in (
        (range_type.name, Signature(ends, own, volatility="i")),
        (range_type.name, Signature((*ends, "text"), own, volatility="i")),
        (multirange_name, Signature((), f"{range_type.schema}.{multirange_name}", volatility="i")),
        (
            multirange_name,
            Signature((f"{own}[]",), f"{range_type.schema}.{multirange_name}", volatility="i", variadic=own),
        ),
    ):
        schema.routines.setdefault((range_type.schema, name), []).append(
            Routine(range_type.schema, name, signature, created_at=position)
        )


def create_composite_type(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a composite type, as a relation without rows."""
    key = (schema.creation_schema(tree.typevar.schemaname), tree.typevar.relname)
    relation = HistoryRelation(
        Identity("composite_type", *key), complete=True, fully_known=True, created_at=position
    )
    relation.owner = schema.creating_role
    schema.note_roles([relation.owner], relation)
    for element in tree.coldeflist:
        column = build_column(schema, relation, element.column_def, position)
        relation.columns[column.name] = column
    schema.relations[key] = relation
    schema.dependencies.note(relation, schema.search_path)


def _add_type(schema: HistorySchema, parts: Node, kind: str, position: HistoryPosition) -> UserType:
    schema_name, name = qualified_name(parts)
    identity = Identity(kind, schema.creation_schema(schema_name), name)
    user_type = UserType(identity, owner=schema.creating_role, created_at=position)
    schema.types[user_type.schema, name] = user_type
    schema.dependencies.note(user_type, schema.search_path)
    schema.dropped_types.discard((user_type.schema, name))
    return user_type


_PLATFORM_SCHEMAS = split_words(
    "auth storage realtime _realtime extensions vault pgsodium graphql graphql_public net cron pgmq tiger topology "
    "pgbouncer supabase_functions supabase_migrations"
)


def create_schema(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Add a schema. A schema that certainly did not exist is fully known."""
    name = tree.schemaname or tree.authrole.rolename
    # If public is fully known, the history starts from an empty database: only the platform's schemas exist before.
    is_new = not tree.if_not_exists or (
        "public" in schema.fully_known_schemas and name not in _PLATFORM_SCHEMAS
    )
    if name not in schema.schemas and is_new:
        schema.fully_known_schemas.add(name)
    schema.schemas.add(name)


# Extensions that install functions, types and operators, but no relations.
EXTENSIONS_WITHOUT_RELATIONS = split_words(
    "autoinc bloom btree_gin btree_gist citext cube dict_int dict_xsyn earthdistance fuzzystrmatch hstore http "
    "insert_username intarray isn lo ltree moddatetime pg_hashids pg_jsonschema pg_trgm pgcrypto pgjwt plpgsql refint "
    "rum seg tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp vector"
)


def create_extension(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Add an extension, and mark its schema as one with unknown functions."""
    schema.extensions.add(tree.extname)
    target = next((option_text(value) for name, value in options(tree.options) if name == "schema"), "")
    home = target or schema.creation_schema("")
    install_extension(schema, tree.extname, home)
    if any(name == "cascade" for name, _ in options(tree.options)):
        # CASCADE also installs extensions that the statement does not name.
        schema.installed_extensions.pop(home, None)


def install_extension(schema: HistorySchema, name: str, home: str) -> None:
    """Mark a schema as one with the objects of an extension, which the history does not know."""
    if home not in schema.extension_schemas:
        schema.installed_extensions[home] = set()
    schema.extension_schemas.add(home)
    if home in schema.installed_extensions:
        schema.installed_extensions[home].add(name)
    if name not in EXTENSIONS_WITHOUT_RELATIONS and home in schema.fully_known_schemas:
        schema.doubts.add(["contents"], home)
        schema.fully_known_schemas.discard(home)


def create_role(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Add a role."""
    role = schema.ensure_role(tree.role)
    role.login = enumeration("RoleStmtType")[tree.stmt_type] == "ROLESTMT_USER"
    _apply_role_options(role, tree.options)
    for name, value in options(tree.options):
        if name == "addroleto":
            role.member_of.update(role_name(item) for item in value.list.items)
        elif name in {"rolemembers", "adminmembers"}:
            _set_role_members(schema, tree.role, value, join=True)


def alter_role(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Change the attributes of a role."""
    role = schema.roles.get(tree.role.rolename)
    if role is not None:
        _apply_role_options(role, tree.options)
    for name, value in options(tree.options):
        if name == "rolemembers":
            # ALTER GROUP ... ADD or DROP USER
            _set_role_members(schema, tree.role.rolename, value, join=tree.action > 0)


def grant_role(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Grant or revoke the membership in a role."""
    for member in map(role_name, tree.grantee_roles):
        member_of = schema.ensure_role(member).member_of
        for granted in tree.granted_roles:
            (member_of.add if tree.is_grant else member_of.discard)(granted.access_priv.priv_name)


def _set_role_members(schema: HistorySchema, role: str, listed: Node, *, join: bool) -> None:
    for member in map(role_name, listed.list.items):
        member_of = schema.ensure_role(member).member_of
        (member_of.add if join else member_of.discard)(role)


def create_event_trigger(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add an event trigger, and record whether it may enable row level security on new tables."""
    trigger = Dependent(
        "event_trigger", add_other(schema, Identity("event_trigger", "", tree.trigname), position)
    )
    routines = list(schema.find_routines(*qualified_name(tree.funcname)))
    for routine in routines:
        schema.dependencies.depend(trigger, routine)
    if tree.eventname == "ddl_command_end":
        schema.row_security_by_trigger |= not routines or any(
            routine.body is not None and _may_enable_row_security(routine.body) for routine in routines
        )


def _may_enable_row_security(body: RoutineBody) -> bool:
    commands = (effect.command for statement in body.list_executed() for effect in effects(statement))
    return any(command is not None and command.kind == "AT_EnableRowSecurity" for command in commands) or any(
        part.dynamic_sql is not None and not part.dynamic_sql.statements for part in body.parts
    )


_ROLE_OPTIONS = {"bypassrls": "bypasses_row_security", "superuser": "superuser", "canlogin": "login"}


def _apply_role_options(role: HistoryRole, nodes: Node) -> None:
    for name, value in options(nodes):
        if name in _ROLE_OPTIONS:
            setattr(role, _ROLE_OPTIONS[name], option_text(value) == "true")


CREATE_HANDLERS: dict[str, Callable[[HistorySchema, Node, HistoryPosition], None]] = {
    "create_stmt": create_table,
    "create_foreign_table_stmt": create_foreign_table,
    "create_seq_stmt": create_sequence,
    "index_stmt": create_index,
    "create_policy_stmt": create_policy,
    "alter_policy_stmt": alter_policy,
    "create_trig_stmt": create_trigger,
    "rule_stmt": create_rule,
    "create_enum_stmt": create_enum,
    "alter_enum_stmt": alter_enum,
    "create_domain_stmt": create_domain,
    "create_range_stmt": create_range_type,
    "composite_type_stmt": create_composite_type,
    "define_stmt": define,
    "create_op_class_stmt": create_operator_class,
    "create_am_stmt": create_access_method,
    "create_cast_stmt": create_cast,
    "create_schema_stmt": create_schema,
    "create_extension_stmt": create_extension,
    "create_role_stmt": create_role,
    "alter_role_stmt": alter_role,
    "grant_role_stmt": grant_role,
    "create_event_trig_stmt": create_event_trigger,
}
