"""The effects of statements that read or write rows, or rebuild tables and indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schema_dsl.analysis.effects.effect import Effect, Verb
from schema_dsl.analysis.effects.names import of_range_var
from schema_dsl.analysis.effects.registry import derive_inner_effects, derives
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import enumeration, option_text, options
from schema_dsl.parsing import Node, list_relations_in

_MODIFICATIONS: Final = frozenset({"insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})


def derive_reads(query: Node, *targets: Node, lock: LockMode = LockMode.ACCESS_SHARE) -> Iterator[Effect]:
    """Yield an effect for each relation that a query reads, except for the targets of the statement.

    A query in WITH that writes has its own effects.
    """
    written = [effect for effect in _derive_modifications(query) if effect.verb != "read"]
    yield from written
    seen = {(node.schemaname, node.relname) for node in targets} | {effect.locked for effect in written}
    for schema, name in list_relations_in(query):
        if (schema or "", name) not in seen:
            yield Effect("read", Identity("table", schema or "", name), query, lock=lock)


def _derive_modifications(query: Node) -> Iterator[Effect]:
    if query.DESCRIPTOR.name != "Node" and query.HasField("with_clause"):
        for node in query.with_clause.ctes:
            if node.common_table_expr.ctequery.WhichOneof("node") in _MODIFICATIONS:
                yield from derive_inner_effects(node.common_table_expr.ctequery)


@derives("select_stmt")
def _select(tree: Node) -> Iterator[Effect]:
    into = [tree.into_clause.rel] if tree.HasField("into_clause") else []
    for node in into:
        yield Effect("create", of_range_var("table", node), tree, node)
    # Every clause of FOR UPDATE, FOR SHARE and the like takes the same lock on the table.
    yield from derive_reads(
        tree, *into, lock=LockMode.ROW_SHARE if tree.locking_clause else LockMode.ACCESS_SHARE
    )


def _modify(verb: Verb, tree: Node) -> Iterator[Effect]:
    node = tree.relation
    yield Effect(verb, of_range_var("table", node), tree, node, lock=LockMode.ROW_EXCLUSIVE)
    yield from derive_reads(tree, node)


@derives("insert_stmt")
def _insert(tree: Node) -> Iterator[Effect]:
    return _modify("insert", tree)


@derives("update_stmt")
def _update(tree: Node) -> Iterator[Effect]:
    return _modify("update", tree)


@derives("delete_stmt")
def _delete(tree: Node) -> Iterator[Effect]:
    return _modify("delete", tree)


@derives("merge_stmt")
def _merge(tree: Node) -> Iterator[Effect]:
    return _modify("merge", tree)


@derives("copy_stmt")
def _copy(tree: Node) -> Iterator[Effect]:
    if not tree.HasField("relation"):
        yield from derive_inner_effects(tree.query)
        return
    lock = LockMode.ROW_EXCLUSIVE if tree.is_from else LockMode.ACCESS_SHARE
    verb: Verb = "insert" if tree.is_from else "read"
    yield Effect(verb, of_range_var("table", tree.relation), tree, tree.relation, lock=lock)


@derives("explain_stmt", "declare_cursor_stmt")
def _query(tree: Node) -> Iterator[Effect]:
    # EXPLAIN locks what the statement would lock, and runs it with ANALYZE only.
    yield from derive_inner_effects(tree.query)


@derives("truncate_stmt")
def _truncate(tree: Node) -> Iterator[Effect]:
    cascade = is_cascade(tree)
    for node in tree.relations:
        yield Effect(
            "truncate",
            of_range_var("table", node.range_var),
            tree,
            node.range_var,
            cascade=cascade,
            lock=LockMode.ACCESS_EXCLUSIVE,
        )


def is_cascade(tree: Node) -> bool:
    """Return whether a statement has the clause CASCADE."""
    return enumeration("DropBehavior")[tree.behavior] == "DROP_CASCADE"


@derives("lock_stmt")
def _lock(tree: Node) -> Iterator[Effect]:
    for node in tree.relations:
        identity = of_range_var("table", node.range_var)
        yield Effect("lock", identity, tree, node.range_var, lock=LockMode(tree.mode))


@derives("cluster_stmt")
def _cluster(tree: Node) -> Iterator[Effect]:
    # CLUSTER without a table is for all tables that were clustered before.
    named = tree.relation if tree.HasField("relation") else None
    identity = Identity("database") if named is None else of_range_var("table", named)
    yield Effect("rebuild", identity, tree, named, lock=LockMode.ACCESS_EXCLUSIVE, rewrites=True)


@derives("vacuum_stmt")
def _vacuum(tree: Node) -> Iterator[Effect]:
    """VACUUM and ANALYZE; without a table, they are for all tables."""
    full = is_option_on(tree.options, "full")
    verb: Verb = "rebuild" if full else "vacuum" if tree.is_vacuumcmd else "analyze"
    lock = LockMode.ACCESS_EXCLUSIVE if full else LockMode.SHARE_UPDATE_EXCLUSIVE
    for node in [item.vacuum_relation.relation for item in tree.rels] or [None]:
        identity = Identity("database") if node is None else of_range_var("table", node)
        yield Effect(verb, identity, tree, node, lock=lock, scans=True, rewrites=full)


@derives("reindex_stmt")
def _reindex(tree: Node) -> Iterator[Effect]:
    kind = enumeration("ReindexObjectType")[tree.kind].removeprefix("REINDEX_OBJECT_").lower()
    concurrently = is_option_on(tree.params, "concurrently")
    lock = LockMode.SHARE_UPDATE_EXCLUSIVE if concurrently else LockMode.SHARE
    if tree.HasField("relation"):
        yield Effect("rebuild", of_range_var(kind, tree.relation), tree, tree.relation, lock=lock, scans=True)
    else:
        yield Effect("rebuild", Identity(kind, "", tree.name), tree, lock=lock, scans=True)


@derives("refresh_mat_view_stmt")
def _refresh(tree: Node) -> Iterator[Effect]:
    lock = LockMode.EXCLUSIVE if tree.concurrent else LockMode.ACCESS_EXCLUSIVE
    identity = of_range_var("materialized_view", tree.relation)
    yield Effect("rebuild", identity, tree, tree.relation, lock=lock, scans=True, rewrites=not tree.concurrent)


def is_option_on(nodes: Node, option: str) -> bool:
    """Return whether a list of options contains an option that is on."""
    off = {"false", "off", "0"}
    return any(name == option and option_text(value) not in off for name, value in options(nodes))
