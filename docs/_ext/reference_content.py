"""The content of the reference pages, taken from the package: generated SQL, parameters and settings."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import attrs

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Yields|Examples?):\s*$")
_ENTRY = re.compile(r"^    (\*{0,2}\w+)(?: \(.*?\))?: +(.*)$")
_RULE = "-- ====="
_TIMEOUT = re.compile(r"(RE)?SET (lock_timeout|statement_timeout)\b")
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
        elif not in_heading and not _TIMEOUT.match(line):
            lines.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


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
        prefix = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        prefix = "**" if parameter.kind is parameter.VAR_KEYWORD else prefix
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
    text = repr(parameter.default)
    if text == "NOTHING":
        # attrs calls a factory for each object.
        text = repr(getattr(attrs.fields(target), parameter.name).default.factory())
    return "" if "object at 0x" in text else text


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
