"""A policy tests whether the caller has any membership or a profile, not whether the row is the caller's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema_dsl.analysis.trees import enumeration, single_value
from schema_dsl.lint.facts.bodies import may_name_column
from schema_dsl.lint.facts.clauses import PolicyClause, find_certain_column, find_from_tables, strip_casts
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.joined_tables import JoinedTables, find_tables_of_caller
from schema_dsl.lint.facts.newcomer_folding import fold_for_stranger
from schema_dsl.lint.facts.owners import find_comparisons, holds_user_rows, list_alternatives
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.facts.row_folding import ExampleRow
from schema_dsl.lint.facts.strangers import find_open_part
from schema_dsl.lint.facts.unequal_comparisons import find_unequal_comparison
from schema_dsl.lint.history.schema import HistoryRelation, Routine
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

# The types of columns that hold no id.
_MEASURES = frozenset(
    {"bool", "int2", "int4", "int8", "numeric", "float4", "float8", "date", "timestamp", "timestamptz"}
)


# The columns of tables of the platform that name a group, and how a policy reads the name.
_NAMED = {
    ("storage", "objects"): ("name", "(storage.foldername(objects.name))[1]"),
    ("realtime", "messages"): ("topic", "(SELECT realtime.topic())"),
}
_ORDERS = frozenset({"<", "<=", ">", ">="})


class _FreeGroup(NamedTuple):
    """The group of a row and of a membership, which a policy does not compare."""

    members: HistoryRelation
    table: HistoryRelation
    column_of_row: str
    column_of_member: str


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses if policy.is_for_clients and not policy.is_restricted else ():
        if policy.state.command == "select" and holds_user_rows(policy.relation):
            yield from _find_pretended(policy, clause)
        for decisive in _find_decisive_subselects(clause, clause.tree) if clause.may_read_tables else ():
            for link in _find_links(clause, decisive):
                inside = clause if link is decisive else clause.part(link)
                for group in _find_free_groups(inside, link, link.subselect.select_stmt):
                    if _may_name_group(clause):
                        continue
                    members, table, column_of_row, column_of_member = group
                    yield policy.build_hit(
                        f"the caller passes with any row of {members}: nothing compares its {column_of_member}"
                        f" with {column_of_row} of {table}",
                        clause,
                        decisive.location,
                        remedy=_describe_remedy(group),
                    )


def _may_name_group(clause: PolicyClause) -> bool:
    """Return whether a condition on a table of the platform names the path of a file or the topic of a message."""
    if clause.relation.key not in _NAMED:
        return False
    names_topic = any(call.display_name == "realtime.topic()" for call in clause.calls)
    return names_topic or not clause.find_table_columns() <= {"bucket_id", "extension", "event", "private"}


def _describe_remedy(group: _FreeGroup) -> str:
    of_row = _NAMED.get(group.table.key, ("", f"{group.table.name}.{group.column_of_row}"))[1]
    return f"Compare the group in the sub-select: {group.members.name}.{group.column_of_member} = {of_row}."


def _find_pretended(policy: PolicyDefinition, clause: PolicyClause) -> LocatedHits:
    """Yield the conditions for reading that every user meets, but that look like a test of the caller."""
    for alternative in list_alternatives(clause.tree):
        part = clause.part(alternative)
        message, remedy = _describe_own_row(part), "Compare the row with the caller, or write USING (true)."
        unequal = find_unequal_comparison(part)
        if (
            unequal is not None
            and unequal.column
            and (unequal.quantifier == "ANY" or unequal.operator in _ORDERS)
        ):
            operator = f"{unequal.operator} {unequal.quantifier}".rstrip()
            message = f"{operator} is also true of other values of {unequal.column} than the caller's"
            remedy = f"Write = instead of {unequal.operator}."
        if message:
            yield policy.build_hit(f"{message}: the rows of others are readable", part, remedy=remedy)


def _describe_own_row(part: PolicyClause) -> str:
    """Return the reason why each user meets a condition without columns of the row; "" for any other condition."""
    if (
        not part.may_read_tables
        or part.find_table_columns()
        or fold_for_stranger(part, ExampleRow({}, {})) is not True
    ):
        return ""
    decisive = _find_decisive_subselects(part, part.tree)
    links = (link for node in decisive for link in _find_links(part, node))
    tables = [table.relname for link in links for table in find_from_tables(link.subselect.select_stmt)]
    return f"every signed-in user has a row in {tables[0]}" if tables else ""


def _find_decisive_subselects(clause: PolicyClause, node: Node) -> Iterator[Node]:
    """Yield the sub-selects and calls that let a row pass with nothing beside them that tests the caller."""
    stripped = strip_casts(node)
    if stripped.DESCRIPTOR.name in {"SubLink", "FuncCall"}:
        yield stripped
    elif stripped.DESCRIPTOR.name == "A_Expr":
        # (SELECT m.role FROM ...) = 'admin'
        for side, other in ((stripped.lexpr, stripped.rexpr), (stripped.rexpr, stripped.lexpr)):
            link = strip_casts(side)
            is_call = any(call.node is link and call.routine is not None for call in clause.calls)
            is_link = link.DESCRIPTOR.name == "SubLink" and not clause.part(side).find_table_columns()
            if not (is_link or is_call) or strip_casts(other).DESCRIPTOR.name == "SubLink":
                continue
            if not clause.part(other).find_table_columns():
                yield link
    elif stripped.DESCRIPTOR.name == "BoolExpr":
        operator = enumeration("BoolExprType")[stripped.boolop]
        for argument in stripped.args if operator != "NOT_EXPR" else ():
            found = list(_find_decisive_subselects(clause, argument))
            beside = stripped.args if found and operator == "AND_EXPR" else ()
            if all(find_open_part(clause.part(part)) for part in beside if part is not argument):
                yield from found


def _find_links(clause: PolicyClause, node: Node) -> Iterator[Node]:
    """Yield a sub-select; for a call of a user-defined function, the sub-select that is its whole body."""
    if node.DESCRIPTOR.name == "SubLink":
        value = single_value(node.subselect.select_stmt)
        if value is None:
            yield node
        elif not (node.HasField("testexpr") and clause.part(node.testexpr).find_table_columns()):
            # (SELECT f()) is f(); a column IN (SELECT f()) is compared with the result.
            yield from _find_links(clause, strip_casts(value))
        return
    routine = next((call.routine for call in clause.calls if call.node is node), None)
    parts = routine.body.parts if routine is not None and routine.body is not None else ()
    if len(parts) == 1 and parts[0].statement.kind == "select_stmt":
        value = single_value(parts[0].statement.tree)
        inner = None if value is None else strip_casts(value)
        # A parameter may be the group.
        has_parameter = inner is not None and any(each.DESCRIPTOR.name == "ParamRef" for each in walk(inner))
        if inner is not None and inner.DESCRIPTOR.name == "SubLink" and not has_parameter:
            yield inner
            return
    if routine is not None and _ignores_arguments(routine):
        for statement in (part.statement for part in parts if part.statement.kind == "select_stmt"):
            # A query of the body that decides the result, as a sub-select.
            link = type(statement.node)()
            link.sub_link.subselect.CopyFrom(statement.node)
            yield link.sub_link


def _ignores_arguments(routine: Routine) -> bool:
    """Return whether a body names no parameter of its function."""
    if routine.body is None or any(True for _ in routine.body.find_nodes("ParamRef")):
        return False
    return not any(may_name_column(routine, name) for name in routine.argument_names)


def _find_free_groups(clause: PolicyClause, link: Node, select: Node) -> Iterator[_FreeGroup]:
    """Yield the groups that the parts of a sub-select on the caller's memberships do not compare with the row's."""
    inner = [select.larg, select.rarg] if select.HasField("larg") else _find_sources(select)
    if not inner:
        group = _find_free_group(clause, link, select) or _find_unjoined_group(clause, link, select)
        yield from () if group is None else (group,)
    for each in inner if select.HasField("larg") or not clause.is_correlated(select) else ():
        yield from _find_free_groups(clause, link, each)


def _find_sources(select: Node) -> list[Node]:
    """Return the sub-select that is the only item of FROM, also that of a WITH clause."""
    if len(select.from_clause) != 1:
        return []
    item = select.from_clause[0]
    if item.WhichOneof("node") == "range_subselect":
        return [item.range_subselect.subquery.select_stmt]
    queries = [each.common_table_expr for each in select.with_clause.ctes]
    return [each.ctequery.select_stmt for each in queries if each.ctename == item.range_var.relname]


def _find_free_group(clause: PolicyClause, link: Node, select: Node) -> _FreeGroup | None:
    """Return the group that a query on the caller's memberships does not compare with the row's."""
    tables = list(find_from_tables(select))
    members = (
        clause.schema.find_relation(tables[0].schemaname, tables[0].relname) if len(tables) == 1 else None
    )
    if members is None or members is clause.relation or len(select.from_clause) != 1:
        return None
    compared_columns = clause.part(link.testexpr).find_table_columns()
    if clause.is_correlated(select):
        compared_columns |= clause.part(link).find_table_columns() or set(clause.relation.columns)
    if any(_may_be_group(clause.relation, name) for name in compared_columns):
        return None
    outer = link.subselect.select_stmt
    compared = [node for each in (outer, select) for node in walk(each.where_clause)]
    # IS NOT NULL compares nothing.
    tested = [each.arg.column_ref for each in walk(select) if each.DESCRIPTOR.name == "NullTest"]
    used = {
        strings(node.fields)[-1]
        for node in compared
        if node.DESCRIPTOR.name == "ColumnRef" and node.fields[-1].HasField("string") and node not in tested
    }
    for column_of_member in _find_groups(members, _find_user_columns(clause, link, select)) - used:
        column_of_row = _find_column_of_row(clause.relation, members, column_of_member)
        if column_of_row:
            return _FreeGroup(members, clause.relation, column_of_row, column_of_member)
    return None


def _find_unjoined_group(clause: PolicyClause, link: Node, select: Node) -> _FreeGroup | None:
    """Return the group of memberships of the caller that no condition joins to the policy's row."""
    if select is not link.subselect.select_stmt:
        return None
    for found in find_tables_of_caller(clause, link, select):
        if found.with_row or clause.relation in found.tables.values() or _is_single(found):
            continue
        for alias in found.tables:
            group = _find_unnamed_group(clause, found, alias) or _find_parent(clause, found, alias)
            if group is not None:
                return group
    return None


def _find_unnamed_group(clause: PolicyClause, found: JoinedTables, alias: str) -> _FreeGroup | None:
    """Return the group of a membership, which also the policy's row or another table of the sub-select has."""
    members = found.tables[alias]
    users = {column for each, column in found.users if each == alias}
    named = {column for each, column in found.named if each == alias}
    for column in sorted(_find_groups(members, users) - named):
        for table in (clause.relation, *found.others):
            if column_of_row := _find_column_of_row(table, members, column):
                return _FreeGroup(members, table, column_of_row, column)
    return None


def _find_parent(clause: PolicyClause, found: JoinedTables, alias: str) -> _FreeGroup | None:
    """Return the table that the policy's row references, if its rows of the caller decide, and no constant."""
    members = found.tables[alias]
    if alias in found.limited and not any(each == alias for each, _ in found.users):
        return None
    for key in clause.relation.constraints.values():
        if key.kind == "foreign_key" and key.target == members.key and len(key.columns) == 1:
            column = (*key.target_columns, *_find_primary_key(members))[0]
            return _FreeGroup(members, clause.relation, key.columns[0], column)
    return None


def _is_single(found: JoinedTables) -> bool:
    """Return whether a user has at most one row in a table with a column that must equal the caller."""
    return any(
        key <= {column for each, column in found.users if each == alias}
        for alias in {each for each, _ in found.users}
        for key in _list_keys(found.tables[alias])
    )


def _may_be_group(relation: HistoryRelation, name: str) -> bool:
    """Return whether a column of a row may tell its group or owner: a key, or no measure."""
    column = find_certain_column(relation, name)
    keys = (each.columns for each in relation.constraints.values() if each.kind != "check")
    return column is None or column.type not in _MEASURES or any(name in columns for columns in keys)


def _find_user_columns(clause: PolicyClause, link: Node, select: Node) -> set[str]:
    """Return the columns of a sub-select that must equal the caller."""
    columns = set()
    is_any = enumeration("SubLinkType")[link.sub_link_type] == "ANY_SUBLINK"
    if is_any and strings(link.oper_name)[-1:] in {(), ("=",)}:
        targets = select.target_list
        if len(targets) == 1 and clause.part(link.testexpr).identity_calls:
            columns.add(_read_column(targets[0].res_target.val))
    inside = list(walk(select))
    for comparison in find_comparisons(clause):
        if comparison.operator == "=" and any(comparison.node is node for node in inside):
            columns.add(_read_column(comparison.other))
    return columns - {""}


def _read_column(node: Node) -> str:
    stripped = strip_casts(node)
    return strings(stripped.fields)[-1] if stripped.DESCRIPTOR.name == "ColumnRef" else ""


def _find_groups(members: HistoryRelation, users: set[str]) -> set[str]:
    """Return the other columns of the keys of memberships; none if a user has at most one row."""
    keys = _list_keys(members)
    if any(key <= users for key in keys):
        return set()
    return {column for key in keys if key & users for column in key - users}


def _list_keys(relation: HistoryRelation) -> list[set[str]]:
    keys = [set(each.columns) for each in relation.constraints.values() if each.is_key]
    return keys + [
        set(each.columns) for each in relation.indexes.values() if each.unique and not each.partial
    ]


def _find_column_of_row(relation: HistoryRelation, members: HistoryRelation, column_of_member: str) -> str:
    """Return the column with the group of a row: it has the same name, or a foreign key to the same table."""
    for foreign_key in members.constraints.values():
        if foreign_key.kind == "foreign_key" and foreign_key.columns == (column_of_member,):
            if foreign_key.target == relation.key:
                return (*foreign_key.target_columns, *_find_primary_key(relation))[0]
            for own in relation.constraints.values():
                if own.kind == "foreign_key" and own.target == foreign_key.target and len(own.columns) == 1:
                    return own.columns[0]
    return column_of_member if column_of_member in relation.columns else _NAMED.get(relation.key, ("",))[0]


def _find_primary_key(relation: HistoryRelation) -> tuple[str, ...]:
    keys = (each.columns for each in relation.constraints.values() if each.kind == "primary_key")
    return next(keys, ("",))


_OWN = (
    "CREATE POLICY own ON public.members FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));\n"
)

RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "The sub-select finds a membership of the caller, whatever its group. Users who belong to one group, often one "
        "that they have created, pass for the rows of all groups. This also holds if the sub-select joins other tables "
        "and no condition ties them to the row. Each user has a profile, so a test for the caller's "
        "profile tells only that the caller has signed in."
    ),
    remedy="Compare the group in the sub-select: m.team_id = notes.team_id.",
    bad=(
        (
            f"{MEMBERS}{_OWN}{NOTES}CREATE POLICY team ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.members m WHERE m.user_id = (SELECT auth.uid())));"
        ),
        (
            f"{MEMBERS}{_OWN}{NOTES}CREATE POLICY team ON public.notes FOR SELECT TO authenticated\n"
            "    USING (body <> '' AND (SELECT auth.uid()) IN (SELECT m.user_id FROM public.members m));"
        ),
        (
            f"{MEMBERS}{_OWN}{NOTES}CREATE FUNCTION public.is_member() RETURNS boolean LANGUAGE sql STABLE\n"
            "    SECURITY DEFINER SET search_path = '' AS\n"
            "    'SELECT EXISTS (SELECT FROM public.members m WHERE m.user_id = auth.uid())';\n"
            "REVOKE EXECUTE ON FUNCTION public.is_member() FROM PUBLIC, anon;\n"
            "GRANT EXECUTE ON FUNCTION public.is_member() TO authenticated;\n"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING ((SELECT public.is_member()));"
        ),
        (
            f"{NOTES}CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, name text);\n"
            "ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT ON public.profiles TO authenticated;\n"
            "CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid()));\n"
            "CREATE POLICY users ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.profiles p WHERE p.id = (SELECT auth.uid())));"
        ),
    ),
    good=(
        (
            f"{MEMBERS}{_OWN}{NOTES}CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
            "    SELECT FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid())));"
        ),
        (
            f"{MEMBERS}{_OWN}{NOTES}CREATE FUNCTION public.is_member(team uuid) RETURNS boolean LANGUAGE sql STABLE\n"
            "    SECURITY DEFINER SET search_path = '' AS\n"
            "    'SELECT EXISTS (SELECT FROM public.members m WHERE m.team_id = team AND m.user_id = auth.uid())';\n"
            "REVOKE EXECUTE ON FUNCTION public.is_member(uuid) FROM PUBLIC, anon;\n"
            "GRANT EXECUTE ON FUNCTION public.is_member(uuid) TO authenticated;\n"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (public.is_member(team_id));"
        ),
        (
            f"{NOTES}CREATE TABLE public.staff (user_id uuid PRIMARY KEY, team_id uuid NOT NULL);\n"
            "ALTER TABLE public.staff ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT ON public.staff TO authenticated;\n"
            "CREATE POLICY own ON public.staff FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));\n"
            "CREATE POLICY staff ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.staff s WHERE s.user_id = (SELECT auth.uid())));"
        ),
    ),
    policy=_check,
)
