"""Sphinx directives whose content comes from the package itself, so that the site cannot contradict the code.

`schema-sql` shows Python declarations and the SQL that `generate` writes for them. `parameters` lists the
parameters of a class or function with their types, defaults and meanings. `settings` lists settings, `types` types.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Literal, get_args, get_origin

import attrs
from docutils import nodes
from docutils.parsers.rst import directives
from pygments.lexers.sql import PostgresLexer
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Yields|Examples?):\s*$")
_ENTRY = re.compile(r"^    (\*{0,2}\w+)(?: \(.*?\))?: +(.*)$")
_RULE = "-- ====="
# load_settings() fills these in, relative to the folder of pyproject.toml.
_FOLDER_DEFAULTS = {"definitions": "'definitions'", "migrations": "'generated'"}


def generated_sql(source: str, platform: str = "vanilla") -> str:
    """Return the statements that `schema-dsl generate` writes for the declarations in a Python module.

    Args:
        source: The text of the module.
        platform: The platform of the project, "vanilla" or "supabase".

    Returns:
        The SQL without the header, the timeouts, the headings and the verification footer.
    """
    from schema_dsl.pipeline import generate, open_project  # noqa: PLC0415 - keeps the import of this module light

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "definitions").mkdir()
        (root / "definitions" / "example.py").write_text(source, "utf-8")
        (root / "pyproject.toml").write_text(f'[tool.schema-dsl]\nplatform = "{platform}"\n', "utf-8")
        generated = generate(open_project(root), date="2026-01-31", write=False)
    if any(finding.level.value == "error" for finding in generated.findings):
        raise ValueError(f"the example fails lint: {generated.findings}")
    return _statements(generated.text)


def _statements(text: str) -> str:
    """Return a migration without its header, timeouts, headings and footer."""
    body = text.split(_RULE, 2)[2].partition("\n")[2]
    lines, in_heading = [], False
    for line in body.splitlines():
        if line.startswith(_RULE):
            in_heading = not in_heading
        elif line.startswith("-- Verification"):
            break
        elif not in_heading and not line.startswith(("SET lock_timeout", "SET statement_timeout")):
            lines.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


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


def with_imports(source: str, platform: str) -> str:
    """Return an example with the imports that it leaves out."""
    imports = "from schema_dsl import *\n"
    if platform == "supabase":
        imports += "from schema_dsl.platforms.supabase import *\n"
    return source if re.search(r"^(from|import) ", source, re.MULTILINE) else imports + source


@attrs.frozen
class Parameter:
    """One parameter of a class or function, as its signature and docstring describe it."""

    name: str
    type: str
    default: str
    meaning: str


def parameters_of(target: Any) -> list[Parameter]:
    """Return the parameters of a class or function in the order of the signature."""
    meanings = _documented(inspect.getdoc(target) or "")
    found: list[Parameter] = []
    try:
        signature = inspect.signature(target)
    except ValueError:
        # A subclass of str has no signature of its own.
        return found
    for parameter in signature.parameters.values():
        if parameter.name == "origin":
            # Set by the class itself, to the line of the declaration.
            continue
        prefix = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        found.append(
            Parameter(
                name=f"{prefix}{parameter.name}",
                type=_format_type(parameter.annotation, sys.modules[target.__module__]),
                default=_format_default(target, parameter),
                meaning=meanings.get(parameter.name, ""),
            )
        )
    return found


def _documented(docstring: str) -> dict[str, str]:
    """Return the entries of the `Args:` and `Attributes:` sections."""
    meanings: dict[str, str] = {}
    section, name = "", ""
    for line in docstring.splitlines():
        heading = _SECTION.match(line)
        if heading:
            section, name = heading.group(1), ""
        elif section in {"Args", "Attributes"}:
            entry = _ENTRY.match(line)
            if entry:
                name = entry.group(1).lstrip("*")
                meanings[name] = entry.group(2).strip()
            elif name and line.startswith("        "):
                meanings[name] += " " + line.strip()
    return meanings


def summary_of(target: Any) -> str:
    """Return the docstring of an object up to its first section."""
    kept: list[str] = []
    for line in (inspect.getdoc(target) or "").splitlines():
        if _SECTION.match(line):
            break
        kept.append(line)
    return "\n".join(kept).strip()


def _format_type(annotation: Any, module: ModuleType) -> str:
    """Return an annotation as text, with the values of an alias of `Literal` in its place."""
    if annotation is inspect.Parameter.empty:
        return ""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(r"\b(?:typing|collections\.abc|schema_dsl(?:\.\w+)*)\.", "", text)
    return re.sub(
        r"Literal\[(.*?)\]", lambda found: found[1].replace(", ", " | "), _expand_aliases(text, module)
    )


def _expand_aliases(text: str, module: ModuleType) -> str:
    def expanded(found: re.Match[str]) -> str:
        alias = getattr(module, found[0], None)
        if get_origin(alias) is Literal:
            return " | ".join(f'"{value}"' for value in get_args(alias))
        return found[0]

    return re.sub(r"\b[A-Z]\w+\b(?!\[)", expanded, text)


def _format_default(target: Any, parameter: inspect.Parameter) -> str:
    if parameter.default is inspect.Parameter.empty:
        required = parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
        return "required" if required else ""
    default = parameter.default
    if inspect.isclass(target) and attrs.has(target) and default is attrs.NOTHING:
        field = getattr(attrs.fields(target), parameter.name)
        default = field.default.factory() if isinstance(field.default, attrs.Factory) else field.default
    text = repr(default)
    return "" if "object at 0x" in text else text


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


def settings_of(dotted: str) -> list[Parameter]:
    """Return the settings that a class of `schema_dsl.settings` holds, by their keys in pyproject.toml."""
    settings = importlib.import_module("schema_dsl.settings")
    target = getattr(settings, dotted.rpartition(".")[2])
    keys = settings.SETTING_TYPES if target is settings.Settings else settings.LINT_SETTING_TYPES
    defaults = {parameter.name: parameter for parameter in parameters_of(target)}
    found = []
    for key, kind in keys.items():
        if kind is dict and key == "lint":
            continue
        parameter = defaults[key.replace("-", "_")]
        default = _FOLDER_DEFAULTS.get(key, "" if parameter.default == "None" else parameter.default)
        found.append(
            attrs.evolve(
                parameter, name=key, type=settings.TYPE_DESCRIPTIONS[kind].removeprefix("a "), default=default
            )
        )
    return found


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
