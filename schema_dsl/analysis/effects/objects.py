"""The effects of the other CREATE and ALTER statements, of DROP, RENAME and SET SCHEMA, COMMENT, GRANT and REVOKE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from schema_dsl.analysis.effects.effect import Effect, Verb
from schema_dsl.analysis.effects.named import read_clause
from schema_dsl.analysis.effects.names import (
    LOCKED_KINDS,
    is_cascade,
    object_kind,
    of_names,
    of_object,
    of_range_var,
    part_of,
    relation_kind,
)
from schema_dsl.analysis.effects.registry import derive_inner_effects, derives
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import enumeration, node_definition, option_text, options, role_name
from schema_dsl.parsing import Node


@derives("create_schema_stmt")
def _create_schema(tree: Node) -> Iterator[Effect]:
    name = tree.schemaname or tree.authrole.rolename
    yield Effect("create", Identity("schema", "", name), tree, None, None, None, *read_clause(tree))
    for element in tree.schema_elts:
        for effect in derive_inner_effects(element):
            yield attrs.evolve(effect, identity=_put_into_schema(effect.identity, name))


def _put_into_schema(identity: Identity, schema: str) -> Identity:
    """Return the identity of an object in a CREATE SCHEMA, which is on the search path of its statements."""
    if identity.parent is not None:
        parent = _put_into_schema(identity.parent, schema)
        return attrs.evolve(identity, schema=parent.schema, parent=parent)
    return attrs.evolve(identity, schema=identity.schema or schema)


@derives("define_stmt")
def _define(tree: Node) -> Iterator[Effect]:
    kind = object_kind(tree.kind)
    identity = of_names("base_type" if kind == "type" else kind, tree.defnames)
    verb: Verb = "replace" if tree.replace else "create"
    # The node has the fields of both clauses for each kind of object.
    clauses = {"collation": ("IF NOT EXISTS", tree.if_not_exists), "aggregate": ("OR REPLACE", tree.replace)}
    yield Effect(verb, identity, tree, None, None, None, *clauses.get(kind, ("", False)))


@derives("index_stmt")
def _create_index(tree: Node) -> Iterator[Effect]:
    index = part_of(of_range_var("table", tree.relation), "index", tree.idxname)
    lock = LockMode.SHARE_UPDATE_EXCLUSIVE if tree.concurrent else LockMode.SHARE
    yield Effect("create", index, tree, tree.relation, None, lock, *read_clause(tree), scans=True)


@derives("create_stats_stmt")
def _create_statistics(tree: Node) -> Iterator[Effect]:
    identity, lock = of_names("statistics", tree.defnames), LockMode.SHARE_UPDATE_EXCLUSIVE
    yield Effect("create", identity, tree, tree.relations[0].range_var, None, lock, *read_clause(tree))


@derives("create_publication_stmt", "alter_publication_stmt")
def _change_publication(tree: Node) -> Iterator[Effect]:
    """Yield the effect on a publication, and on each table or schema that it gets or loses."""
    publication = Identity("publication", "", tree.pubname)
    verb: Verb = "create"
    if "action" not in tree.DESCRIPTOR.fields_by_name:
        yield Effect("create", publication, tree)
    else:
        verbs: dict[str, Verb] = {"AP_AddObjects": "create", "AP_DropObjects": "drop"}
        verb = verbs.get(enumeration("AlterPublicationAction")[tree.action], "alter")
        yield Effect("alter", publication, tree)
    for item in tree.pubobjects:
        published = item.publication_obj_spec
        node = published.pubtable.relation
        if node.relname:
            identity = Identity("published_table", node.schemaname, node.relname, parent=publication)
            yield Effect(verb, identity, tree, node, lock=LockMode.SHARE_UPDATE_EXCLUSIVE)
        else:
            yield Effect(verb, part_of(publication, "published_schema", published.name), tree)


@derives("alter_enum_stmt")
def _alter_enum(tree: Node) -> Iterator[Effect]:
    enum = of_names("enum", tree.type_name)
    new = part_of(enum, "enum_value", tree.new_val)
    if tree.old_val:
        yield Effect("rename", part_of(enum, "enum_value", tree.old_val), tree, new_identity=new)
    else:
        yield Effect("create", new, tree, clause="IF NOT EXISTS", guarded=tree.skip_if_new_val_exists)


# The verb and the kind of part, by the subtype of an AlterDomainStmt.
_DOMAIN_FORMS: Final[dict[str, tuple[Verb, str]]] = {
    "T": ("alter", "default"),
    "N": ("drop", "not_null"),
    "O": ("create", "not_null"),
    "C": ("create", "check"),
    "X": ("drop", "constraint"),
    "V": ("validate", "constraint"),
}


@derives("alter_domain_stmt")
def _alter_domain(tree: Node) -> Iterator[Effect]:
    """Yield the effect on a part of a domain; Postgres checks new conditions in each table that uses the domain."""
    verb, kind = _DOMAIN_FORMS[tree.subtype]
    constraint = node_definition(tree).constraint
    part = part_of(of_names("domain", tree.type_name), kind, tree.name or constraint.conname)
    clause = "IF EXISTS" if tree.subtype == "X" else ""
    guard = (clause, bool(clause) and tree.missing_ok, is_cascade(tree))
    scans = verb in {"create", "validate"} and not constraint.skip_validation
    yield Effect(verb, part, tree, None, None, None, *guard, scans=scans)


@derives("drop_stmt")
def _drop(tree: Node) -> Iterator[Effect]:
    kind, cascade = object_kind(tree.remove_type), is_cascade(tree)
    strongest = LockMode.SHARE_UPDATE_EXCLUSIVE if tree.concurrent else LockMode.ACCESS_EXCLUSIVE
    for node in tree.objects[:]:
        identity = of_object(kind, node)
        lock = strongest if kind == "index" or identity.root.kind in LOCKED_KINDS else None
        yield Effect("drop", identity, node, None, None, lock, *read_clause(tree), cascade)


@derives("drop_role_stmt", "drop_owned_stmt")
def _drop_role(tree: Node) -> Iterator[Effect]:
    clause, guarded = read_clause(tree)
    # DROP OWNED has no IF EXISTS.
    kind = "role" if clause else "owned"
    for node in tree.roles:
        yield Effect("drop", Identity(kind, "", role_name(node)), tree, clause=clause, guarded=guarded)


@derives("rename_stmt")
def _rename(tree: Node) -> Iterator[Effect]:
    kind, relation = object_kind(tree.rename_type), tree.relation if tree.HasField("relation") else None
    if relation is not None and tree.subname:
        # Only RENAME COLUMN and RENAME ATTRIBUTE show the kind of the relation.
        owner = relation_kind(tree.relation_type) if kind in {"column", "attribute"} else "table"
        identity = part_of(of_range_var(owner, relation), kind, tree.subname)
    elif tree.subname and tree.HasField("object"):
        identity = part_of(of_object("domain", tree.object), kind, tree.subname)
    else:
        identity = Identity(kind, "", tree.subname) if tree.subname else _identify_object(kind, tree)
    guard, new = _guard_relation(identity, tree), attrs.evolve(identity, name=tree.newname)
    yield Effect("rename", identity, tree, relation, None, _lock_on(identity), *guard, new_identity=new)


@derives("alter_object_schema_stmt")
def _set_schema(tree: Node) -> Iterator[Effect]:
    identity, relation = _identify_object(object_kind(tree.object_type), tree), _relation_of(tree)
    guard, new = _guard_relation(identity, tree), attrs.evolve(identity, schema=tree.newschema)
    yield Effect("move", identity, tree, relation, None, _lock_on(identity), *guard, new_identity=new)


@derives("alter_owner_stmt", "alter_object_depends_stmt")
def _alter_object(tree: Node) -> Iterator[Effect]:
    yield Effect("alter", _identify_object(object_kind(tree.object_type), tree), tree, _relation_of(tree))


def _guard_relation(identity: Identity, tree: Node) -> tuple[str, bool]:
    """Return the clause IF EXISTS of a statement about a relation; for a part, the clause is not about the part."""
    is_relation = identity.kind in LOCKED_KINDS or identity.kind == "index"
    return ("IF EXISTS", tree.missing_ok) if is_relation else ("", False)


def _relation_of(tree: Node) -> Node:
    return tree.relation if tree.HasField("relation") else None


def _identify_object(kind: str, tree: Node) -> Identity:
    relation = _relation_of(tree)
    return of_object(kind, tree.object) if relation is None else of_range_var(kind, relation)


def _lock_on(identity: Identity) -> LockMode | None:
    return LockMode.ACCESS_EXCLUSIVE if identity.root.kind in LOCKED_KINDS else None


@derives("comment_stmt", "sec_label_stmt")
def _comment(tree: Node) -> Iterator[Effect]:
    identity = of_object(object_kind(tree.objtype), tree.object)
    is_locked = identity.kind in LOCKED_KINDS or identity.kind == "column"
    yield Effect("comment", identity, tree, lock=LockMode.SHARE_UPDATE_EXCLUSIVE if is_locked else None)


@derives("grant_stmt")
def _grant(tree: Node) -> Iterator[Effect]:
    in_schemas = enumeration("GrantTargetType")[tree.targtype] == "ACL_TARGET_ALL_IN_SCHEMA"
    kind = object_kind(tree.objtype)
    for node in tree.objects:
        # GRANT ON ALL TABLES IN SCHEMA names no table.
        identity = Identity(kind, node.string.sval) if in_schemas else of_object(kind, node)
        yield Effect(_grant_verb(tree), identity, tree)


@derives("alter_default_privileges_stmt")
def _change_default_privileges(tree: Node) -> Iterator[Effect]:
    schemas = [option_text(value) for name, value in options(tree.options) if name == "schemas"]
    for schema in schemas[0].split(", ") if schemas else [""]:
        identity = Identity("default_privileges", schema, object_kind(tree.action.objtype))
        yield Effect(_grant_verb(tree.action), identity, tree)


@derives("grant_role_stmt")
def _grant_role(tree: Node) -> Iterator[Effect]:
    for node in tree.granted_roles:
        yield Effect(_grant_verb(tree), Identity("role", "", node.access_priv.priv_name), tree)


def _grant_verb(tree: Node) -> Verb:
    return "grant" if tree.is_grant else "revoke"
