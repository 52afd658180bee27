"""The effects of CREATE statements other than CREATE TABLE."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final

import attrs

from schema_dsl.analysis.effects.effect import Effect
from schema_dsl.analysis.effects.names import (
    cast_identity,
    object_kind,
    of_names,
    of_range_var,
    part_of,
    user_mapping_identity,
)
from schema_dsl.analysis.effects.registry import derive_inner_effects, derives
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.parsing import Node

# The kind of object and the field with its name, by kind of statement.
_NAMED: Final = {
    "create_seq_stmt": ("sequence", "sequence"),
    "composite_type_stmt": ("composite_type", "typevar"),
    "create_enum_stmt": ("enum", "type_name"),
    "create_range_stmt": ("range", "type_name"),
    "create_domain_stmt": ("domain", "domainname"),
    "create_conversion_stmt": ("conversion", "conversion_name"),
    "create_op_class_stmt": ("operator_class", "opclassname"),
    "create_op_family_stmt": ("operator_family", "opfamilyname"),
    "create_extension_stmt": ("extension", "extname"),
    "create_role_stmt": ("role", "role"),
    "create_event_trig_stmt": ("event_trigger", "trigname"),
    "create_subscription_stmt": ("subscription", "subname"),
    "create_fdw_stmt": ("foreign_data_wrapper", "fdwname"),
    "create_foreign_server_stmt": ("server", "servername"),
    "create_plang_stmt": ("language", "plname"),
    "create_am_stmt": ("access_method", "amname"),
    "create_table_space_stmt": ("tablespace", "tablespacename"),
    "createdb_stmt": ("database", "dbname"),
}


def _create(identity: Identity, tree: Node, relation: Node = None, lock: LockMode | None = None) -> Effect:
    """Build the effect of a CREATE statement, with the clause that the grammar has for this kind of statement."""
    fields = tree.DESCRIPTOR.fields_by_name
    if "if_not_exists" in fields:
        return Effect("create", identity, tree, relation, "IF NOT EXISTS", tree.if_not_exists, lock=lock)
    if "replace" not in fields:
        return Effect("create", identity, tree, relation, lock=lock)
    verb: Verb = "replace" if tree.replace else "create"
    return Effect(verb, identity, tree, relation, "OR REPLACE", tree.replace, lock=lock)


def _named(kind: str, field: str, tree: Node) -> Iterator[Effect]:
    value = getattr(tree, field)
    if isinstance(value, str):
        yield _create(Identity(kind, "", value), tree)
    elif hasattr(value, "relname"):
        yield _create(of_range_var(kind, value), tree, value)
    else:
        yield _create(of_names(kind, value), tree)


for _statement_kind, (_kind, _field) in _NAMED.items():
    derives(_statement_kind)(functools.partial(_named, _kind, _field))


@derives("create_schema_stmt")
def _schema(tree: Node) -> Iterator[Effect]:
    name = tree.schemaname or tree.authrole.rolename
    yield _create(Identity("schema", "", name), tree)
    for element in tree.schema_elts:
        for effect in derive_inner_effects(element):
            yield attrs.evolve(effect, identity=_put_into_schema(effect.identity, name))


def _put_into_schema(identity: Identity, schema: str) -> Identity:
    """Return the identity of an object in a CREATE SCHEMA, which qualifies the names in it."""
    if identity.parent is not None:
        parent = _put_into_schema(identity.parent, schema)
        return attrs.evolve(identity, schema=parent.schema, parent=parent)
    return attrs.evolve(identity, schema=identity.schema or schema)


@derives("view_stmt")
def _view(tree: Node) -> Iterator[Effect]:
    lock = LockMode.ACCESS_EXCLUSIVE if tree.replace else None
    yield _create(of_range_var("view", tree.view), tree, tree.view, lock)


@derives("create_function_stmt")
def _routine(tree: Node) -> Iterator[Effect]:
    yield _create(of_names("procedure" if tree.is_procedure else "function", tree.funcname), tree)


@derives("define_stmt")
def _defined(tree: Node) -> Iterator[Effect]:
    kind = object_kind(tree.kind)
    identity = of_names("base_type" if kind == "type" else kind, tree.defnames)
    if kind == "collation":
        yield Effect("create", identity, tree, None, "IF NOT EXISTS", tree.if_not_exists)
    elif kind == "aggregate":
        verb: Verb = "replace" if tree.replace else "create"
        yield Effect(verb, identity, tree, None, "OR REPLACE", tree.replace)
    else:
        yield Effect("create", identity, tree)


@derives("index_stmt")
def _index(tree: Node) -> Iterator[Effect]:
    index = part_of(of_range_var("table", tree.relation), "index", tree.idxname)
    lock = LockMode.SHARE_UPDATE_EXCLUSIVE if tree.concurrent else LockMode.SHARE
    yield attrs.evolve(_create(index, tree, tree.relation, lock), scans=True)


@derives("create_trig_stmt")
def _trigger(tree: Node) -> Iterator[Effect]:
    trigger = part_of(of_range_var("table", tree.relation), "trigger", tree.trigname)
    created = _create(trigger, tree, tree.relation, LockMode.SHARE_ROW_EXCLUSIVE)
    # The grammar has CREATE OR REPLACE CONSTRAINT TRIGGER, which Postgres refuses.
    yield attrs.evolve(created, clause="") if tree.isconstraint else created


@derives("create_policy_stmt")
def _policy(tree: Node) -> Iterator[Effect]:
    policy = part_of(of_range_var("table", tree.table), "policy", tree.policy_name)
    yield _create(policy, tree, tree.table, LockMode.ACCESS_EXCLUSIVE)


@derives("rule_stmt")
def _rule(tree: Node) -> Iterator[Effect]:
    rule = part_of(of_range_var("table", tree.relation), "rule", tree.rulename)
    yield _create(rule, tree, tree.relation, LockMode.ACCESS_EXCLUSIVE)


@derives("create_stats_stmt")
def _statistics(tree: Node) -> Iterator[Effect]:
    tables = [node.range_var for node in tree.relations if node.HasField("range_var")]
    lock = LockMode.SHARE_UPDATE_EXCLUSIVE
    yield _create(of_names("statistics", tree.defnames), tree, next(iter(tables), None), lock)


@derives("create_cast_stmt")
def _cast(tree: Node) -> Iterator[Effect]:
    yield _create(cast_identity(tree.sourcetype, tree.targettype), tree)


@derives("create_transform_stmt")
def _transform(tree: Node) -> Iterator[Effect]:
    name = qualified_name(tree.type_name.names)[1]
    yield _create(Identity("transform", "", f"{name} {tree.lang}"), tree)


@derives("create_user_mapping_stmt")
def _user_mapping(tree: Node) -> Iterator[Effect]:
    yield _create(user_mapping_identity(tree), tree)


@derives("create_publication_stmt")
def _publication(tree: Node) -> Iterator[Effect]:
    yield _create(publication := Identity("publication", "", tree.pubname), tree)
    yield from derive_published("create", publication, tree)


def derive_published(verb: Verb, publication: Identity, tree: Node) -> Iterator[Effect]:
    """Yield an effect for each table or schema that a publication gets or loses."""
    for item in tree.pubobjects:
        node = item.publication_obj_spec.pubtable.relation
        if node.relname:
            identity = Identity("published_table", node.schemaname, node.relname, parent=publication)
            yield Effect(verb, identity, tree, node, lock=LockMode.SHARE_UPDATE_EXCLUSIVE)
        else:
            schema = Identity("published_schema", "", item.publication_obj_spec.name, parent=publication)
            yield Effect(verb, schema, tree)
