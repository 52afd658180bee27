"""Cases in which other checkers of SQL miss an error, or report a false one."""

from __future__ import annotations

import pytest

from schema_dsl.lint.entry import lint_text
from schema_dsl.lint.named_checks import NAMED_CHECKS
from schema_dsl.platforms.vanilla import PLATFORM

TABLE = "CREATE TABLE public.notes (id bigint PRIMARY KEY, user_id uuid NOT NULL, body text);\n"
TRIGGER = "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS"
FUNCTION = "CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql SET search_path = '' AS"

# The lines of the errors in each text.
CASES = {
    # sqlglot reads these statements as opaque commands, so that anything inside passes.
    "policy": (f"{TABLE}CREATE POLICY p ON public.notes USING (user_id = body);", [2]),
    "alter policy": (
        f"{TABLE}CREATE POLICY p ON public.notes USING (true);\nALTER POLICY p ON public.notes USING (bodi = '');",
        [3],
    ),
    "do block": (f"{TABLE}DO $$ BEGIN ALTER TABLE public.notes DROP COLUMN bodi; END $$;", [2]),
    "row level security": (f"{TABLE}ALTER TABLE public.notes ENABLE ROW LEVEL SECURTY;", [2]),
    "validate": (f"{TABLE}ALTER TABLE public.notes VALIDATE CONSTRAINT nosuch;", [2]),
    "comment on a policy": (f"{TABLE}COMMENT ON POLICY nosuch ON public.notes IS 'x';", [2]),
    # sqlglot loses the file with it.
    "comment is null": (
        f"{TABLE}COMMENT ON COLUMN public.notes.body IS NULL;\nSELECT bodi FROM public.notes;",
        [3],
    ),
    # The grammar of Postgres does not read bodies. The place is the IF without END IF.
    "body in SQL": (
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELCT 1';",
        [1],
    ),
    "body in PL/pgSQL": (f"{FUNCTION} $$ BEGIN\nIF true THEN RETURN 1;\nEND $$;", [2]),
    # libpg_query fails for assignments to NEW, and for types that it does not know.
    "new is assigned": (f"{TRIGGER} $$ BEGIN NEW.body := 'x'; RETURN NEW; END $$;", []),
    "error beside new": (f"{TRIGGER} $$ BEGIN NEW.body := 'x';\nRETURN NEWER; END $$;", [2]),
    "types of extensions": (f"{FUNCTION} $$ DECLARE v public.vector(3); BEGIN RETURN 1; END $$;", []),
    # squawk reports nothing else of a file with a syntax error.
    "several errors": (f"{TABLE}SELCT 1;\nSELECT bodi FROM public.notes;\nSELEC 2;", [2, 3, 4]),
    # sqlfluff skips files of over 20 kB.
    "large file": (f"{TABLE}{'-- a comment' * 100}\n" + "SELECT 1;\n" * 5000 + "SELCT 1;", [5003]),
}


@pytest.mark.parametrize("name", CASES)
def test_errors(name: str) -> None:
    """Lint reports exactly the errors, at their lines."""
    text, lines = CASES[name]
    found = lint_text(f"CREATE SCHEMA IF NOT EXISTS public; {text}", "001_a.sql", PLATFORM)
    assert lines == [each.line for each in found if each.rule in NAMED_CHECKS]
