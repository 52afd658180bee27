"""Users who say themselves, on signing up, what they may do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.bodies import code, is_trigger
from schema_dsl.lint.facts.created_by import made_routines
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_ROLE = re.compile(
    r"\braw_user_meta_data ?(?:->> ?|-> ?|\[)'"
    r"(?P<key>(?:user_|app_)?roles?|is_(?:super_?)?admin|admin|is_staff|permissions?)'"
)
# What holds it against what is allowed.
_HELD = re.compile(r"\b(?:in|any|array)\(|\bcase\b|\bif\b|\bnot in\(")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for routine, made in made_routines(final_state):
        if not is_trigger(routine):
            continue
        found = _ROLE.search(code(routine))
        if found is not None and not _HELD.search(code(routine)):
            yield made.hit(
                f"{routine.name} takes {found['key']} from what users say of themselves when they sign up"
            )


RULE = Rule(
    name="role-from-user-metadata",
    group="rls",
    level=Level.WARNING,
    summary="A trigger copies a role from raw_user_meta_data.",
    why=(
        "auth.signUp({ options: { data } }) lets whoever signs up write raw_user_meta_data. A trigger that copies a "
        "role out of it makes an administrator of everybody who asks for it."
    ),
    remedy="Give everybody the least role, and let the server raise it; or take raw_app_meta_data.",
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
