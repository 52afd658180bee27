"""Lint reads damaged SQL without an exception: it may be wrong in any way that the grammar allows."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from schema_dsl.lint import build_selection, lint_text, rules_by_name
from schema_dsl.parsing.grammar import Problem, parse
from schema_dsl.parsing.lexer import tokens
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
ALL = build_selection("supabase", select=["all"])
# Constants, and other expressions, that few statements expect.
STRAYS = [
    *("NULL", "-1", "''", "0", "1e400", "99999999999999999999999", "'x'", "ARRAY[]::int[]", "'{}'", "true"),
    *(
        "CURRENT_USER",
        "*",
        "DEFAULT",
        "$1",
        "(SELECT 1)",
        "ROW(1, NULL)",
        "'2025-13-45'",
        "1.5",
        "now()",
        "'é'",
    ),
]


def list_scripts() -> list[str]:
    """Return the examples of the rules, and the statements that a server refuses or takes, with their objects."""
    rules = rules_by_name().values()
    scripts = [example for rule in rules for example in (*rule.bad, *rule.good)]
    for setup in sorted((Path(__file__).parent / "dependencies").glob("*_setup.sql")):
        objects = setup.read_text("utf-8")
        statements = setup.with_name(setup.name.replace("_setup", "")).read_text("utf-8").splitlines()
        scripts += [f"{objects}\n{each}" for each in statements if len(objects) < 4000]
    return scripts


SCRIPTS = list_scripts()


def damage(text: str, chance: random.Random) -> str:
    """Return a text with a token near its end that is left out, doubled, quoted or replaced."""
    found = list(tokens(text))
    at = chance.randrange(max(0, len(found) - 60), len(found))
    token = found[at]
    word = text[token.start : token.end]
    other = found[chance.randrange(len(found))]
    last = found[min(len(found) - 1, at + chance.randrange(5))]
    new = chance.choice(
        [
            "",
            f"{word} {word}",
            '"' + word.strip("'\"") + '"',
            text[other.start : other.end],
            chance.choice(STRAYS),
            chance.choice(STRAYS),
        ]
    )
    end = last.end if not new else token.end
    return f"{text[: token.start]} {new} {text[end:]}"


def lint_damaged(seed: int, count: int) -> int:
    """Lint a number of damaged scripts; return how many of them the grammar accepts."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible sample
    accepted = 0
    for _ in range(count):
        text = damage(chance.choice(SCRIPTS), chance)
        if isinstance(parse(text), Problem) and chance.random() < 0.9:
            continue
        accepted += 1
        lint_text(text, "f.sql", SUPABASE, ALL)
    return accepted


@pytest.mark.parametrize("seed", range(3))
def test_some(seed: int) -> None:
    """A few damaged scripts."""
    assert lint_damaged(seed, 250) > 40


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 120))
def test_many(seed: int) -> None:
    """Many damaged scripts."""
    assert lint_damaged(seed, 4000) > 600


@pytest.mark.parametrize("language", ["sql", "plpgsql"])
@pytest.mark.parametrize("body", ["x", "SELEC 1", "", "BEGIN x END", "BEGIN RETURN QUERY SELEC 1; END"])
def test_bodies(language: str, body: str) -> None:
    """A body that does not parse, of a function that a policy, a trigger, a view and a statement call."""
    text = f"""
        CREATE TABLE public.docs (id uuid PRIMARY KEY, org_id uuid);
        ALTER TABLE public.docs ENABLE ROW LEVEL SECURITY;
        CREATE FUNCTION public.my_orgs(org uuid) RETURNS SETOF uuid LANGUAGE {language} AS $f$ {body} $f$;
        CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE {language} SECURITY DEFINER AS $f$ {body} $f$;
        CREATE TRIGGER t BEFORE UPDATE ON public.docs FOR EACH ROW EXECUTE FUNCTION public.stamp();
        CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (ARRAY(SELECT public.my_orgs(org_id))));
        SELECT public.my_orgs(NULL);
        CREATE VIEW public.v AS SELECT * FROM public.my_orgs(NULL);
        DO $f$ {body} $f$;
    """
    rules = {finding.rule for finding in lint_text(text, "f.sql", SUPABASE, ALL)}
    assert "syntax-error" in rules
