"""Helpers that apply the rules of policies to a script on Supabase."""

from __future__ import annotations

from rule_hits import apply_hits, rules_of_group

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source
from schema_dsl.platforms.supabase import PLATFORM

TABLE = (
    "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, team_id uuid, body text, at date);"
    "CREATE INDEX ON public.notes (user_id); ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;"
)
DEFAULT = [rule for rule in rules_of_group("rls") if not rule.opinion]


def find_hits(text: str, *chosen: Rule) -> list[tuple[str, Hit]]:
    """Return the hits of rules in a script on Supabase: of the given rules, or of all default rules."""
    found = apply_rules([Source.of(text)], schema_of_platform(PLATFORM), chosen or DEFAULT)
    return [(rule.name, placed.hit) for rule, placed in found]


def find_rule_names(text: str) -> set[str]:
    """Return the names of the default rules that report a script."""
    return {name for name, _ in find_hits(text)}


def find_marked(text: str, name: str) -> list[str]:
    """Return the text spans that one rule marks."""
    return [text[hit.offset : hit.offset + hit.length] for _, hit in find_hits(text, rules_by_name()[name])]


def apply_edits(text: str, name: str) -> str:
    """Apply the edits of one rule."""
    return apply_hits(text, [hit for _, hit in find_hits(text, rules_by_name()[name])])
