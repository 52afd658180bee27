"""The effects of statements that read or write rows, or rebuild tables and indexes."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from schema_dsl.analysis.effects.effect import Effect, Verb
from schema_dsl.analysis.effects.names import is_cascade, of_range_var
from schema_dsl.analysis.effects.registry import derive_inner_effects, derives
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import enumeration, option_text, options
from schema_dsl.parsing import Node, list_relations_in, walk

_MODIFICATIONS: Final[dict[str, Verb]] = {
    "insert_stmt": "insert",
    "update_stmt": "update",
    "delete_stmt": "delete",
    "merge_stmt": "merge",
}


def derive_reads(query: Node, *targets: Node) -> Iterator[Effect]:
    """Yield an effect for each relation that a query reads, except for the targets of the statement.

    A query in WITH that writes has its own effects.
    """
    written = [effect for effect in _derive_modifications(query) if effect.verb != "read"]
    yield from written
    seen = {(node.schemaname, node.relname) for node in targets} | {effect.locked for effect in written}
    for schema, name in list_relations_in(query):
        if (schema or "", name) not in seen:
            yield Effect("read", Identity("table", schema or "", name), query, lock=LockMode.ACCESS_SHARE)


def _derive_modifications(query: Node) -> Iterator[Effect]:
    for node in query.with_clause.ctes:
        if node.common_table_expr.ctequery.WhichOneof("node") in _MODIFICATIONS:
            yield from derive_inner_effects(node.common_table_expr.ctequery)


@derives("select_stmt")
def _select(tree: Node) -> Iterator[Effect]:
    into = [tree.into_clause.rel] if tree.HasField("into_clause") else []
    for node in into:
        yield Effect("create", of_range_var("table", node), tree, node)
    for effect in derive_reads(tree, *into):
        is_locked = effect.verb == "read" and _is_locked_by_rows(tree, effect.identity.name)
        yield attrs.evolve(effect, lock=LockMode.ROW_SHARE) if is_locked else effect


def _is_locked_by_rows(tree: Node, name: str) -> bool:
    """Return whether FOR UPDATE, FOR SHARE or the like applies to a relation in FROM."""
    sources = [item for node in tree.from_clause for item in walk(node) if item.DESCRIPTOR.name == "RangeVar"]
    aliases = {node.alias.aliasname or node.relname for node in sources if node.relname == name}
    locked = [
        {node.range_var.relname for node in item.locking_clause.locked_rels} for item in tree.locking_clause
    ]
    return any(aliases and (not named or aliases & named) for named in locked)


def _modify(verb: Verb, tree: Node) -> Iterator[Effect]:
    node = tree.relation
    yield Effect(verb, of_range_var("table", node), tree, node, lock=LockMode.ROW_EXCLUSIVE)
    yield from derive_reads(tree, node)


for _kind, _verb in _MODIFICATIONS.items():
    derives(_kind)(functools.partial(_modify, _verb))


@derives("copy_stmt")
def _copy(tree: Node) -> Iterator[Effect]:
    if not tree.HasField("relation"):
        yield from derive_inner_effects(tree.query)
        return
    verb: Verb = "insert" if tree.is_from else "read"
    lock = LockMode.ROW_EXCLUSIVE if tree.is_from else LockMode.ACCESS_SHARE
    yield Effect(verb, of_range_var("table", tree.relation), tree, tree.relation, lock=lock)


@derives("declare_cursor_stmt")
def _declare_cursor(tree: Node) -> Iterable[Effect]:
    return derive_inner_effects(tree.query)


@derives("explain_stmt")
def _explain(tree: Node) -> Iterable[Effect]:
    found = derive_inner_effects(tree.query)
    if any(name == "analyze" for name, _ in options(tree.options)):
        return found
    # Without ANALYZE, Postgres takes the locks of the statement, and plans it only.
    return [attrs.evolve(effect, verb="read") for effect in found if effect.lock is not None]


@derives("truncate_stmt", "lock_stmt")
def _truncate_or_lock(tree: Node) -> Iterator[Effect]:
    truncates = "restart_seqs" in tree.DESCRIPTOR.fields_by_name
    lock = LockMode.ACCESS_EXCLUSIVE if truncates else LockMode(tree.mode)
    for item in tree.relations:
        identity, node = of_range_var("table", item.range_var), item.range_var
        if truncates:
            yield Effect("truncate", identity, tree, node, lock=lock, cascade=is_cascade(tree))
        else:
            yield Effect("lock", identity, tree, node, lock=lock)


# Without a table, CLUSTER, VACUUM and ANALYZE are about all tables of the database.
def _maintain(verb: Verb, node: Node, tree: Node, lock: LockMode) -> Effect:
    identity = Identity("database") if node is None else of_range_var("table", node)
    return Effect(verb, identity, tree, node, lock=lock, scans=True, rewrites=verb == "rebuild")


@derives("cluster_stmt")
def _cluster(tree: Node) -> Iterator[Effect]:
    node = tree.relation if tree.HasField("relation") else None
    yield _maintain("rebuild", node, tree, LockMode.ACCESS_EXCLUSIVE)


@derives("vacuum_stmt")
def _vacuum(tree: Node) -> Iterator[Effect]:
    full = is_option_on(tree.options, "full")
    verb: Verb = "rebuild" if full else "vacuum" if tree.is_vacuumcmd else "analyze"
    lock = LockMode.ACCESS_EXCLUSIVE if full else LockMode.SHARE_UPDATE_EXCLUSIVE
    for node in [item.vacuum_relation.relation for item in tree.rels] or [None]:
        yield _maintain(verb, node, tree, lock)


@derives("reindex_stmt")
def _reindex(tree: Node) -> Iterator[Effect]:
    kind = enumeration("ReindexObjectType")[tree.kind].removeprefix("REINDEX_OBJECT_").lower()
    concurrently = is_option_on(tree.params, "concurrently")
    lock = LockMode.SHARE_UPDATE_EXCLUSIVE if concurrently else LockMode.SHARE
    node = tree.relation if tree.HasField("relation") else None
    identity = Identity(kind, "", tree.name) if node is None else of_range_var(kind, node)
    yield Effect("rebuild", identity, tree, node, lock=lock, scans=True)


@derives("refresh_mat_view_stmt")
def _refresh(tree: Node) -> Iterator[Effect]:
    lock = LockMode.EXCLUSIVE if tree.concurrent else LockMode.ACCESS_EXCLUSIVE
    view = of_range_var("materialized_view", tree.relation)
    yield Effect("rebuild", view, tree, tree.relation, lock=lock, scans=True, rewrites=not tree.concurrent)


def is_option_on(nodes: Node, option: str) -> bool:
    """Return whether a list of options contains an option that is on."""
    off = {"false", "off", "0"}
    return any(name == option and option_text(value) not in off for name, value in options(nodes))
