"""Tests that every kind is complete in planning, and that generic code names no kind."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest
from specimen_parts import catalog
from specimens import CHANGES

import schema_dsl.plan
import schema_dsl.render
from schema_dsl import Column, Domain, Function, Table, bigint, model, sql
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import diff, kinds, plan, plan_differences
from schema_dsl.plan.dependency import DependencySource, OnReplace
from schema_dsl.plan.rule import Alter, Commented, Ignored, Replace, load_kind_rules
from schema_dsl.plan.state import State
from schema_dsl.render import render_step

PLAN = Path(schema_dsl.plan.__file__).parent
RENDER = Path(schema_dsl.render.__file__).parent
KINDS = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
# The templates that all kinds share, and the frame of a migration.
SHARED = {
    "backfill",
    "backfill_in_batches",
    "comment",
    "create_with_parts",
    "drop_if_of_kind",
    "foreign_options",
    "guarded_drops",
    "migration",
    "parameters",
    "rename",
    "replaced",
    "set_key_aside",
    "validate",
}
# The modules with SQL and names that several kinds share.
SQL_OF_TABLES = {
    "foreign_options",
    "backfill",
    "column_settings",
    "concurrent_index",
    "concurrent_key",
    "identity_sequence",
    "not_null",
    "constraints",
    "data_loss",
    "definition_queries",
    "duplicates",
    "existence",
    "names",
    "number_source",
    "renamed_sequences",
    "resolve",
    "retype",
    "routine",
    "row_conditions",
}


def model_class(kind: str) -> Any:
    """Return the class of the model for a kind."""
    for module in pkgutil.iter_modules(model.__path__):
        for value in vars(import_module(f"{model.__name__}.{module.name}")).values():
            if isinstance(value, type) and attrs.has(value) and vars(value).get("kind") == kind:
                return value
    raise AssertionError(kind)


def templates() -> set[str]:
    """List the names of all templates, as in `Step.template`."""
    folder = RENDER / "templates"
    names = {file.relative_to(folder).as_posix().removesuffix(".sql.j2") for file in folder.rglob("*.j2")}
    return {name for name in names if not name.rpartition("/")[2].startswith("_")}


def emitted() -> set[str]:
    """List the templates of the steps of all specimens: in both directions, from nothing and to nothing."""
    names = set()
    for change in CHANGES.values():
        before, after = (catalog(*tables) for tables in change)
        for old, new in ((before, after), (after, before), (Catalog(), after), (after, Catalog())):
            partitions = dict.fromkeys((*old.tables, *new.tables), ())
            on_partitions = plan_differences(diff(old, new), new.objects, partitions=partitions)
            names |= {
                part.template
                for steps in (plan(old, new).steps, on_partitions.steps)
                for step in steps
                for part in (step, *step.parts, *step.online)
            }
    return names


def referenced() -> set[str]:
    """List the templates that the code of the rules names."""
    texts = {
        node.value
        for file in PLAN.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if text.partition("/")[0] in KINDS and "/" in text}


class TestEveryKind:
    """The kinds, of which every file in kinds/ is one."""

    def test_has_a_rule(self) -> None:
        """Every file has a rule with the name of the file."""
        assert KINDS == sorted(load_kind_rules())
        assert all(kind == rule.kind for kind, rule in load_kind_rules().items())

    @pytest.mark.parametrize("kind", KINDS)
    def test_has_every_attribute(self, kind: str) -> None:
        """Every field of the model's class is altered, replaced, commented, or ignored for a reason."""
        rule = load_kind_rules()[kind]
        assert {field.name for field in attrs.fields(model_class(kind))} == set(rule.attributes)
        for attribute in rule.attributes.values():
            assert isinstance(attribute, Alter | Replace | Commented | Ignored)
            assert not isinstance(attribute, Ignored) or attribute.reason

    @pytest.mark.parametrize("kind", KINDS)
    def test_ignores_fields_that_are_not_compared(self, kind: str) -> None:
        """The rule ignores every field that the class does not compare."""
        attributes = load_kind_rules()[kind].attributes
        for field in attrs.fields(model_class(kind)):
            assert field.eq or isinstance(attributes[field.name], Ignored)

    @pytest.mark.parametrize("kind", KINDS)
    def test_has_a_comment_target(self, kind: str) -> None:
        """A kind has a target for COMMENT ON if, and only if, its objects have comments."""
        rule = load_kind_rules()[kind]
        commented = any(isinstance(item, Commented) for item in rule.attributes.values())
        assert commented == (rule.comment_target is not None)
        assert commented == ("comment" in rule.attributes)

    @pytest.mark.parametrize("kind", KINDS)
    def test_names_its_expressions(self, kind: str) -> None:
        """Every expression is an attribute."""
        assert set(load_kind_rules()[kind].expressions) <= set(load_kind_rules()[kind].attributes)

    def test_names_the_relations_it_refers_to(self) -> None:
        """An object that refers to another relation, and not in SQL, lists that relation among its targets."""
        found = set()
        for before, after in CHANGES.values():
            for tables in (before, after):
                state = State(catalog(*tables).objects)
                for identity, item in state.objects.items():
                    rule = load_kind_rules()[identity.kind]
                    roots = {
                        each.referenced.root
                        for each in state.dependencies(identity)
                        if each.source is not DependencySource.SURROUNDINGS
                    } - {identity.root}
                    if roots and not rule.expressions:
                        assert rule.targets is not None, identity
                        assert roots == set(rule.targets(item)), identity
                        found.add(identity.kind)
        assert found

    def test_separates_parts_to_restore(self) -> None:
        """A kind has parts that are restored if, and only if, one of its dependencies asks for it."""
        call = sql("public.f()")
        state = State(
            catalog(
                Function("f", returns="bigint", body="SELECT 1"),
                Domain("d", bigint, default=call),
                Table("t", columns=[Column("a", bigint, default=call)]),
            ).objects
        )
        asking = {
            identity.kind
            for identity in state.objects
            for each in state.dependencies(identity)
            if each.on_replace is OnReplace.RESTORE
        }
        rules = load_kind_rules()
        assert asking == {kind for kind, rule in rules.items() if rule.detach}
        assert asking == {kind for kind, rule in rules.items() if rule.detached}


class TestTemplates:
    """The templates of the rules."""

    def test_none_is_orphaned(self) -> None:
        """The specimens use every template, so that every template is tested."""
        assert templates() - SHARED == emitted() - SHARED

    def test_none_is_missing(self) -> None:
        """Every template that a rule names exists."""
        assert referenced() == templates() - SHARED

    def test_each_is_in_the_folder_of_its_kind(self) -> None:
        """A rule uses only templates of its own kind and shared templates."""
        for change in CHANGES.values():
            for step in plan(Catalog(), catalog(*change[1])).steps:
                assert step.template in SHARED or step.template.partition("/")[0] == step.subject.kind

    def test_steps_can_be_printed(self) -> None:
        """A single step can be rendered without the frame of the migration."""
        for step in plan(Catalog(), catalog(*CHANGES["a column"][1])).steps:
            assert render_step(step).endswith(";")


@pytest.mark.parametrize(
    "file",
    [
        *(file for file in PLAN.glob("*.py") if file.stem not in SQL_OF_TABLES),
        *RENDER.glob("*.py"),
    ],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_generic_code_names_no_kind(file: Path) -> None:
    """The generic code of planner and renderer contains no name of a kind."""
    texts = {
        node.value
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not texts & set(KINDS)
