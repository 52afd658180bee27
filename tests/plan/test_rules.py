"""Every kind is complete in every layer of planning, and nothing generic knows any of them."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest
from specimens import CHANGES, catalog

import schema_dsl.plan
import schema_dsl.render
from schema_dsl import model
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import kinds, plan
from schema_dsl.plan.rule import Alter, Commented, Ignored, Replace, rules
from schema_dsl.render import render_step

PLAN = Path(schema_dsl.plan.__file__).parent
RENDER = Path(schema_dsl.render.__file__).parent
KINDS = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
# Not of a kind: what all kinds share, and the frame.
SHARED = {"comment", "made_anew", "migration"}


def model_class(kind: str) -> Any:
    """Find the class whose objects are of a kind."""
    for module in pkgutil.iter_modules(model.__path__):
        for value in vars(import_module(f"{model.__name__}.{module.name}")).values():
            if isinstance(value, type) and attrs.has(value) and vars(value).get("kind") == kind:
                return value
    raise AssertionError(kind)


def templates() -> set[str]:
    """Name all templates as steps do."""
    folder = RENDER / "templates"
    found = {each.relative_to(folder).as_posix().removesuffix(".sql.j2") for each in folder.rglob("*.j2")}
    return {each for each in found if not each.rpartition("/")[2].startswith("_")}


def emitted() -> set[str]:
    """Name the templates of every step of every change, in both directions, from nothing and to nothing."""
    found = set()
    for change in CHANGES.values():
        before, after = (catalog(*tables) for tables in change)
        for old, new in ((before, after), (after, before), (Catalog(), after), (after, Catalog())):
            found |= {each.template for step in plan(old, new).steps for each in (step, *step.parts)}
    return found


def written() -> set[str]:
    """Name the templates that stand as text in the rules."""
    texts = {
        node.value
        for file in (PLAN / "kinds").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if text.partition("/")[0] in KINDS and "/" in text}


class TestEveryKind:
    """A file in kinds/ is a kind."""

    def test_has_a_rule(self) -> None:
        """Each file has one, under its own name."""
        assert KINDS == sorted(rules())
        assert all(kind == rule.kind for kind, rule in rules().items())

    @pytest.mark.parametrize("kind", KINDS)
    def test_knows_every_attribute(self, kind: str) -> None:
        """Each field of the model's class is altered, replaced, commented, or ignored for a reason."""
        rule = rules()[kind]
        assert {field.name for field in attrs.fields(model_class(kind))} == set(rule.attributes)
        for attribute in rule.attributes.values():
            assert isinstance(attribute, Alter | Replace | Commented | Ignored)
            assert not isinstance(attribute, Ignored) or attribute.because

    @pytest.mark.parametrize("kind", KINDS)
    def test_ignores_what_does_not_compare(self, kind: str) -> None:
        """What the class leaves out of equality cannot make a difference, so the rule must not count on it."""
        attributes = rules()[kind].attributes
        for field in attrs.fields(model_class(kind)):
            assert field.eq or isinstance(attributes[field.name], Ignored)

    @pytest.mark.parametrize("kind", KINDS)
    def test_says_how_it_is_commented(self, kind: str) -> None:
        """One with comments says how COMMENT ON names it, and one without does not."""
        rule = rules()[kind]
        commented = any(isinstance(each, Commented) for each in rule.attributes.values())
        assert commented == (rule.comment_target is not None)
        assert commented == ("comment" in rule.attributes)

    @pytest.mark.parametrize("kind", KINDS)
    def test_names_its_expressions(self, kind: str) -> None:
        """What holds SQL is an attribute."""
        assert set(rules()[kind].expressions) <= set(rules()[kind].attributes)


class TestTemplates:
    """Every change has its template, and every template its change."""

    def test_none_is_orphaned(self) -> None:
        """The specimens bring out each template there is: so each is known to run."""
        assert templates() - SHARED == emitted() - SHARED

    def test_none_is_missing(self) -> None:
        """Each that a rule names is there."""
        assert written() == templates() - SHARED

    def test_each_is_in_the_folder_of_its_kind(self) -> None:
        """A rule uses its own templates."""
        for change in CHANGES.values():
            for step in plan(Catalog(), catalog(*change[1])).steps:
                assert step.template in SHARED or step.template.partition("/")[0] == step.subject.kind

    def test_steps_can_be_printed(self) -> None:
        """One by one, without the frame."""
        for step in plan(Catalog(), catalog(*CHANGES["a column"][1])).steps:
            assert render_step(step).endswith(";")


@pytest.mark.parametrize(
    "file",
    [
        *(
            PLAN / f"{name}.py"
            for name in ("__init__", "diff", "dependents", "order", "planner", "rule", "step")
        ),
        *RENDER.glob("*.py"),
    ],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_generic_code_names_no_kind(file: Path) -> None:
    """What is known of a kind stands in its rule; planner and renderer treat all alike."""
    texts = {
        node.value
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not texts & set(KINDS)
