"""A trigger copies a role from raw_user_meta_data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.trees import enumeration, operator_name
from schema_dsl.lint.facts.bodies import is_trigger_function
from schema_dsl.lint.facts.clauses import read_constant, strip_casts
from schema_dsl.lint.facts.created_by import list_created_routines
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule
from schema_dsl.parsing.grammar import strings

_ROLE = re.compile(r"(?:user_|app_)?roles?|is_(?:super_?)?admin|admin|is_staff|permissions?")
_MEMBERSHIP = frozenset({"AEXPR_IN", "AEXPR_OP_ANY"})


def _check(final_state: FinalState) -> LocatedHits:
    for routine, creation in list_created_routines(final_state):
        if not is_trigger_function(routine) or routine.body is None:
            continue
        key = next((key for key in _find_keys(routine.body) if _ROLE.fullmatch(key)), None)
        if key is not None and not _compares(routine.body):
            yield creation.hit(
                f"{routine.name} copies {key} from raw_user_meta_data, which users choose at sign-up"
            )


def _find_keys(body: RoutineBody) -> Iterator[str]:
    """Yield the keys that a body reads from raw_user_meta_data, with ->, ->> or a subscript."""
    for node in body.find_nodes("A_Expr", "A_Indirection"):
        is_operator = node.DESCRIPTOR.name == "A_Expr"
        source = strip_casts(node.lexpr if is_operator else node.arg)
        if source.DESCRIPTOR.name != "ColumnRef" or strings(source.fields)[-1] != "raw_user_meta_data":
            continue
        if not is_operator:
            yield read_constant(node.indirection[0].a_indices.uidx) or ""
        elif operator_name(node) in {"->", "->>"}:
            yield read_constant(node.rexpr) or ""


def _compares(body: RoutineBody) -> bool:
    """Return whether a body may compare a value with the allowed values: IF, CASE, IN, ANY."""
    kinds = enumeration("A_Expr_Kind")
    return (
        any(node.keyword in {"if", "case"} for node in body.code.nodes)
        or any(kinds[node.kind] in _MEMBERSHIP for node in body.find_nodes("A_Expr"))
        or any(True for _ in body.find_nodes("CaseExpr"))
    )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "auth.signUp({ options: { data } }) lets every new user write raw_user_meta_data. If a trigger copies a "
        "role from it, any new user can become an administrator."
    ),
    remedy="Give every new user the lowest role and let the server raise it, or read raw_app_meta_data.",
    bad="""
        CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, role text NOT NULL);
        ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
        CREATE FUNCTION public.greet() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = '' AS $$
        BEGIN
            INSERT INTO public.profiles (id, role)
            VALUES (NEW.id, coalesce(NEW.raw_user_meta_data ->> 'role', 'user'));
            RETURN NEW;
        END $$;
        CREATE TRIGGER greet AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet();
    """,
    good="""
        BEGIN;
        SET LOCAL lock_timeout = '5s';
        CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, role text NOT NULL, name text);
        ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
        CREATE FUNCTION public.greet() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = '' AS $$
        BEGIN
            INSERT INTO public.profiles (id, role, name)
            VALUES (NEW.id, 'user', NEW.raw_user_meta_data ->> 'name');
            RETURN NEW;
        END $$;
        CREATE TRIGGER greet AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet();
        COMMIT;
    """,
    platform="supabase",
    final_state=_check,
)
