"""The documentation site: complete, and with examples that work."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import schema_dsl
from schema_dsl.platforms import supabase, vanilla
from schema_dsl.postgres import Server
from schema_dsl.sql import Sql

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {str(page.relative_to(DOCS)): page.read_text("utf-8") for page in sorted(DOCS.rglob("*.md"))}
_BLOCK = re.compile(r"^```\{schema-sql\}\n((?::[^\n]*\n)*)(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(source, "supabase" if "platform: supabase" in options else "vanilla", id=f"{page}-{number}")
    for page, text in PAGES.items()
    for number, (options, source) in enumerate(_BLOCK.findall(text))
]
PUBLIC = {
    **{f"schema_dsl.{name}": getattr(schema_dsl, name) for name in schema_dsl.__all__},
    **{
        f"{module.__name__}.{name}": getattr(module, name)
        for module in (supabase,)
        for name in module.__all__
    },
}


def load_extension() -> ModuleType:
    """Import the module that produces the content of the reference."""
    spec = importlib.util.spec_from_file_location("reference_content", DOCS / "_ext" / "reference_content.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def extension() -> Any:
    """Return the module that produces the content of the reference."""
    return load_extension()


class TestReference:
    """Every public name is documented."""

    @pytest.mark.parametrize("name", PUBLIC)
    def test_is_on_the_site(self, name: str) -> None:
        """Each public name of `schema_dsl` and its platforms is on a page."""
        text = "\n".join(PAGES.values())
        listed = isinstance(PUBLIC[name], schema_dsl.Type) and "```{types}" in text
        assert listed or re.search(rf"{re.escape(name)}\b", text)

    @pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if callable(value)])
    def test_parameters_have_a_meaning(self, extension: Any, name: str) -> None:
        """Each parameter of each public class and function has a description in the docstring."""
        assert [] == [each.name for each in extension.parameters_of(PUBLIC[name]) if not each.meaning]

    def test_settings_have_a_meaning(self, extension: Any) -> None:
        """Each setting has a description."""
        for name in ("Settings", "LintSettings"):
            settings = extension.settings_of(f"schema_dsl.settings.{name}")
            assert settings
            assert [] == [each.name for each in settings if not each.meaning]


class TestExamples:
    """Each example with SQL is run."""

    @pytest.mark.parametrize(("source", "platform"), EXAMPLES)
    def test_applies(self, extension: Any, server: Server, source: str, platform: str) -> None:
        """The generated SQL passes lint and applies to a server that has the existing tables and functions."""
        source = extension.with_imports(source, platform)
        names: dict[str, Any] = {}
        exec(compile(source, "<example>", "exec"), names)  # noqa: S102 - the example is our own
        target = supabase.PLATFORM if platform == "supabase" else vanilla.PLATFORM
        setup = [str(target.script(target.baseline, target.owner))]
        for value in names.values():
            if isinstance(value, schema_dsl.Role) and value not in target.roles:
                setup.append(
                    f"DO $$ BEGIN CREATE ROLE {value.name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
                )
            if isinstance(value, schema_dsl.Function) and value.body is None:
                setup.append(
                    f"CREATE FUNCTION {value.name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
                )
            if isinstance(value, schema_dsl.Table) and value.existing and value not in target.tables:
                columns = ", ".join(
                    f"{column.name} {column.type}{' PRIMARY KEY' if column.primary_key else ''}"
                    for column in value.existing
                )
                setup.append(f"CREATE TABLE {value.name} ({columns})")
        with server.database() as database, database.connect() as connection:
            for statement in (*setup, extension.generated_sql(source, platform)):
                connection.execute(Sql(statement))
