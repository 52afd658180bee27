"""authenticated may call a SECURITY DEFINER function that returns rows of others and does not check the caller."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.trees import enumeration, operator_name, qualified_name
from schema_dsl.lint.facts.api import find_calling_roles
from schema_dsl.lint.facts.bodies import definer_reads_identity, is_trigger_function
from schema_dsl.lint.facts.clauses import strip_casts
from schema_dsl.lint.facts.created_by import list_created_routines
from schema_dsl.lint.facts.owners import find_owner_columns
from schema_dsl.lint.facts.policies import policies_of_table, shows_every_row_to
from schema_dsl.lint.history.schema import HistoryRelation, Routine
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

_ROLE = "authenticated"


def _check(final_state: FinalState) -> LocatedHits:
    for routine, creation in list_created_routines(final_state):
        # Other rules report functions that anon may call.
        if not routine.security_definer or find_calling_roles(routine) != [_ROLE]:
            continue
        if is_trigger_function(routine) or definer_reads_identity(final_state.schema, routine):
            continue
        for relation in _list_hidden_tables(final_state, routine):
            if _returns_row(final_state, routine, relation) or _selects_user(final_state, routine, relation):
                yield creation.hit(
                    f"every signed-in user reads rows of {relation} that policies hide: {routine.name} runs as its "
                    "owner and does not check the caller"
                )
                break


def _list_hidden_tables(final_state: FinalState, routine: Routine) -> Iterator[HistoryRelation]:
    """Yield the tables that a body reads and whose policies hide rows from signed-in users."""
    for name in routine.body.relations if routine.body is not None else ():
        relation = final_state.schema.find_relation(*name)
        if relation is None or not relation.row_security or "policies" in relation.changed_kinds:
            continue
        if not shows_every_row_to(final_state.schema, relation, _ROLE):
            yield relation


def _returns_row(final_state: FinalState, routine: Routine, relation: HistoryRelation) -> bool:
    """Return whether the result is a row of a table, or a set of rows."""
    name = qualified_name(routine.tree.return_type.names) if routine.tree is not None else ("", "")
    return bool(name[1]) and final_state.schema.find_relation(*name) is relation


def _selects_user(final_state: FinalState, routine: Routine, relation: HistoryRelation) -> bool:
    """Return whether a body compares the owner column of a table with an argument, and returns more than a boolean."""
    if routine.signature.returns in {"bool", "void"} or routine.body is None:
        return False
    policies = policies_of_table(final_state, relation)
    owners = frozenset[str]().union(*(find_owner_columns(each.using) for each in policies))
    for node in routine.body.find_nodes("A_Expr"):
        is_equal = enumeration("A_Expr_Kind")[node.kind] == "AEXPR_OP" and operator_name(node) == "="
        for column, other in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr)) if is_equal else ():
            if _read_name(column) in owners and _is_argument(routine, other):
                return True
    return False


def _read_name(node: Node) -> str:
    stripped = strip_casts(node)
    return "".join(strings(stripped.fields)[-1:]) if stripped.DESCRIPTOR.name == "ColumnRef" else ""


def _is_argument(routine: Routine, node: Node) -> bool:
    return strip_casts(node).DESCRIPTOR.name == "ParamRef" or _read_name(node) in routine.argument_names


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "The API serves the function as /rpc/name to every signed-in user, and policies do not restrict its owner. "
        "Which rows it returns depends only on arguments that the caller chooses."
    ),
    remedy="Compare the rows with auth.uid() in the function, or make it SECURITY INVOKER so that policies apply.",
    bad=(
        """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE FUNCTION public.list_notes(owner_id uuid) RETURNS SETOF public.notes
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
            AS 'SELECT * FROM public.notes n WHERE n.user_id = owner_id';
        REVOKE EXECUTE ON FUNCTION public.list_notes FROM PUBLIC, anon;
        GRANT EXECUTE ON FUNCTION public.list_notes TO authenticated;
        """,
        """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE FUNCTION public.list_notes(owner_id uuid) RETURNS TABLE (body text)
            LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ''
            AS 'BEGIN RETURN QUERY SELECT n.body FROM public.notes n WHERE n.user_id = owner_id; END';
        REVOKE EXECUTE ON FUNCTION public.list_notes FROM PUBLIC, anon;
        GRANT EXECUTE ON FUNCTION public.list_notes TO authenticated;
        """,
    ),
    good=(
        """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON public.notes TO authenticated;
        CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE FUNCTION public.list_notes(owner_id uuid) RETURNS SETOF public.notes
            LANGUAGE sql STABLE SECURITY INVOKER SET search_path = ''
            AS 'SELECT * FROM public.notes n WHERE n.user_id = owner_id';
        REVOKE EXECUTE ON FUNCTION public.list_notes FROM PUBLIC, anon;
        GRANT EXECUTE ON FUNCTION public.list_notes TO authenticated;
        """,
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0029_authenticated_security_definer_function_executable",),
)
