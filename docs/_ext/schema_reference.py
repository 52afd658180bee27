"""Sphinx directives whose content comes from the package itself, so that the site cannot contradict the code.

`schema-sql` shows Python declarations and the SQL that `generate` writes for them. `parameters` lists the
parameters of a class or function with their types, defaults and meanings. `settings` lists settings, `types` types.
"""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from pygments.lexers.sql import PostgresLexer
from reference_content import Parameter, generated_sql, parameters_of, settings_of, summary_of, with_imports
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class SchemaSql(SphinxDirective):
    """Show Python declarations, then the SQL that `generate` writes for them.

    `platform` is the platform of the project. `only` is a regular expression: only the statements that match
    are shown, for an example about one clause. Names of `schema_dsl` need no import in the example.
    """

    has_content = True
    option_spec: ClassVar = {"platform": directives.unchanged, "only": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Run the example and return both code blocks."""
        shown = "\n".join(self.content) + "\n"
        platform = self.options.get("platform", "vanilla")
        statements = generated_sql(with_imports(shown, platform), platform)
        only = self.options.get("only")
        if only is not None:
            chosen = [part for part in statements.split("\n\n") if re.search(only, part)]
            if not chosen:
                raise self.error(f"no statement matches {only!r} in:\n{statements}")
            statements = "\n\n".join(chosen)
        python = nodes.literal_block(shown, shown.rstrip("\n"), language="python")
        sql = nodes.literal_block(statements, statements.rstrip("\n"), language="postgresql")
        sql["classes"].append("generated-sql")
        return [python, sql]


class Parameters(SphinxDirective):
    """Document a class or function: signature target, summary, and a table of its parameters."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the section from the signature and the docstring."""
        dotted = self.arguments[0]
        module, _, name = dotted.rpartition(".")
        target = getattr(importlib.import_module(module), name)
        # Labels are lower-cased, and `sql` and `Sql` both exist.
        label = f"{'class' if inspect.isclass(target) else 'function'}-{dotted.replace('.', '-')}"
        lines = [f"({label})=", "", f"**`{dotted}`**", "", summary_of(target), ""]
        for parameter in parameters_of(target):
            lines += [_term(parameter), f": {parameter.meaning or '(not documented)'}", ""]
        return self.parse_text_to_nodes("\n".join(lines) + "\n")


class SettingsTable(SphinxDirective):
    """List the settings of a class with their keys, types, defaults and meanings."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the table from the fields and the docstring."""
        lines = ["| setting | type | default | meaning |", "|---|---|---|---|"]
        lines += [f"| {_row(parameter)} |" for parameter in settings_of(self.arguments[0])]
        return self.parse_text_to_nodes("\n".join(lines) + "\n")


class Types(SphinxDirective):
    """List the types that need no argument."""

    def run(self) -> list[nodes.Node]:
        """Build the table from the public names."""
        import schema_dsl  # noqa: PLC0415

        lines = ["| name | SQL |", "|---|---|"]
        for name in schema_dsl.__all__:
            value = getattr(schema_dsl, name)
            if isinstance(value, schema_dsl.Type):
                lines.append(f"| `{name}` | `{value}` |")
        return self.parse_text_to_nodes("\n".join(lines) + "\n")


def _term(parameter: Parameter) -> str:
    """Return the line of a definition list that introduces a parameter."""
    notes = [_code(parameter.type)]
    if parameter.default == "required":
        notes.append("required")
    elif parameter.default:
        notes.append(f"default {_code(parameter.default)}")
    return f"`{parameter.name}` · " + " · ".join(note for note in notes if note)


def _row(parameter: Parameter) -> str:
    cells = [f"`{parameter.name}`", _code(parameter.type), _code(parameter.default), parameter.meaning]
    return " | ".join(cell.replace("|", "\\|") for cell in cells)


def _code(text: str) -> str:
    return f"`{text}`" if text and text != "required" else text


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    # The lexer for standard SQL does not know dollar quotes.
    app.add_lexer("sql", PostgresLexer)
    app.add_directive("schema-sql", SchemaSql)
    app.add_directive("parameters", Parameters)
    app.add_directive("settings", SettingsTable)
    app.add_directive("types", Types)
    return {"parallel_read_safe": True}
