"""A trigger that copies a role from metadata that users choose at sign-up."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.bodies import is_trigger_function, normalize_body
from schema_dsl.lint.facts.created_by import list_created_routines
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_ROLE = re.compile(
    r"\braw_user_meta_data ?(?:->> ?|-> ?|\[)'"
    r"(?P<key>(?:user_|app_)?roles?|is_(?:super_?)?admin|admin|is_staff|permissions?)'"
)
# The body compares the value with the allowed values.
_VALIDATES = re.compile(r"\b(?:in|any|array)\(|\bcase\b|\bif\b|\bnot in\(")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for routine, creation in list_created_routines(final_state):
        if not is_trigger_function(routine):
            continue
        match = _ROLE.search(normalize_body(routine))
        if match is not None and not _VALIDATES.search(normalize_body(routine)):
            yield creation.hit(
                f"{routine.name} copies {match['key']} from raw_user_meta_data, which users choose at sign-up"
            )


RULE = Rule(
    name="role-from-user-metadata",
    group="rls",
    level=Level.WARNING,
    summary="A trigger copies a role from raw_user_meta_data.",
    why=(
        "auth.signUp({ options: { data } }) lets every new user write raw_user_meta_data. If a trigger copies a "
        "role from it, any new user can become an administrator."
    ),
    remedy="Give every new user the lowest role and let the server raise it, or read raw_app_meta_data.",
    bad=(
        (
            "CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, role text NOT NULL);\n"
            "ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;\n"
            "CREATE FUNCTION public.greet() RETURNS trigger LANGUAGE plpgsql\n"
            "    SECURITY DEFINER SET search_path = '' AS $$\n"
            "BEGIN\n"
            "    INSERT INTO public.profiles (id, role)\n"
            "    VALUES (NEW.id, coalesce(NEW.raw_user_meta_data ->> 'role', 'user'));\n"
            "    RETURN NEW;\n"
            "END $$;\n"
            "CREATE TRIGGER greet AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet();"
        ),
    ),
    good=(
        (
            "BEGIN;\n"
            "SET LOCAL lock_timeout = '5s';\n"
            "CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, role text NOT NULL, name text);\n"
            "ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;\n"
            "CREATE FUNCTION public.greet() RETURNS trigger LANGUAGE plpgsql\n"
            "    SECURITY DEFINER SET search_path = '' AS $$\n"
            "BEGIN\n"
            "    INSERT INTO public.profiles (id, role, name)\n"
            "    VALUES (NEW.id, 'user', NEW.raw_user_meta_data ->> 'name');\n"
            "    RETURN NEW;\n"
            "END $$;\n"
            "CREATE TRIGGER greet AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet();\n"
            "COMMIT;"
        ),
    ),
    platform="supabase",
    final_state=_check,
)
