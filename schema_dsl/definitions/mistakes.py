"""Turn an exception of a definitions file into one error with the file, the line and a remedy."""

from __future__ import annotations

import builtins
import inspect
import re
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from schema_dsl.errors import DefinitionError, suggest_similar


def to_definition_error(
    error: BaseException, file: Path, package: str, files: Sequence[Path]
) -> DefinitionError:
    """Return the error for an exception that a definitions file raised.

    Args:
        error: The exception.
        file: The file that was being loaded.
        package: The name of the temporary package, which messages must not show.
        files: All definitions files.
    """
    if isinstance(error, DefinitionError):
        if error.where is None:
            error.where = _find_line(error, files) or str(file)
        return error
    if isinstance(error, SyntaxError):
        source_line = (error.text or "").strip()
        return DefinitionError(
            f"not valid Python: {error.msg}",
            where=f"{error.filename}:{error.lineno}" if error.filename else str(file),
            instead=f"The error is in: {source_line}" if source_line else None,
        )
    where = _find_line(error, files) or str(file)
    if isinstance(error, TypeError):
        for pattern, explain in _WRONG_CALLS.items():
            match = pattern.match(str(error))
            signature = None if match is None else _find_signature(match[1])
            if match is not None and signature is not None:
                what, instead = explain(match, signature)
                return DefinitionError(what, where=where, instead=instead)
    what = f"{type(error).__name__}: {_describe(error, package)}"
    return DefinitionError(what, where=where, instead=_suggest_remedy(error, package, files))


def _find_signature(name: str) -> inspect.Signature | None:
    """Return the signature of a class or function of schema_dsl, without parameters that callers must not give."""
    import schema_dsl  # noqa: PLC0415 - importing the whole vocabulary is needed only for errors

    function = getattr(schema_dsl, name, None)
    if not callable(function):
        return None
    found = inspect.signature(function)
    return found.replace(parameters=[each for each in found.parameters.values() if each.name != "origin"])


def _explain_unknown(call: re.Match[str], signature: inspect.Signature) -> tuple[str, str]:
    callee, name = call[1], call["name"]
    known = list(signature.parameters)
    return f"{callee}() has no argument {name}", suggest_similar(name, known, f"Known: {', '.join(known)}.")


def _explain_positional(call: re.Match[str], signature: inspect.Signature) -> tuple[str, str]:
    callee = call[1]
    positional = [each.name for each in signature.parameters.values() if each.kind in _POSITIONAL]
    named = [each for each in signature.parameters if each not in positional]
    given = int(call["given"]) - bool(call["init"])
    takes = " and ".join(positional) or "nothing"
    what = f"{callee}() takes {takes} without a name, but got {given} values without a name"
    return what, f"Write the others with their names: {', '.join(f'{name}=' for name in named)}."


def _explain_missing(call: re.Match[str], signature: inspect.Signature) -> tuple[str, str]:
    callee, names = call[1], call["names"].replace("'", "")
    required = [
        f"{each.name}=..." if each.kind is each.KEYWORD_ONLY else each.name
        for each in signature.parameters.values()
        if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    return f"{callee}() lacks {names}", f"Write {callee}({', '.join(required)}, ...)."


_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
# The messages of Python about wrong arguments of a call.
_WRONG_CALLS: Final = {
    re.compile(rf"(\w+)(?P<init>\.__init__)?\(\) {fault}"): explain
    for fault, explain in (
        (r"got an unexpected keyword argument '(?P<name>\w+)'", _explain_unknown),
        (r"takes (?:from \d+ to )?\d+ positional arguments? but (?P<given>\d+)", _explain_positional),
        (r"missing \d+ required (?:positional|keyword-only) arguments?: (?P<names>.*)", _explain_missing),
    )
}


def _describe(error: BaseException, package: str) -> str:
    """Return the message of an error without the names of the temporary package."""
    message = str(error)
    if isinstance(error, ImportError) and package in message:
        message = re.sub(r" \(.*\)$", "", re.sub(rf"{package}\.?", ".", message))
    return message or "no message"


def _suggest_remedy(error: BaseException, package: str, files: Sequence[Path]) -> str | None:
    """Suggest the name that an unknown name was probably meant to be, or another remedy."""
    import schema_dsl  # noqa: PLC0415 - importing the whole vocabulary is needed only for errors

    message = str(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        relative = _find_relative_import(error, error.name, files)
        if relative is not None:
            return f"Import another definitions file with a leading dot: from {relative} import ..."
    if isinstance(error, SystemExit):
        return "A definitions file must not exit."
    if isinstance(error, ImportError) and _is_circular(error, package, files):
        return "Two definitions files import each other: move what both need into a third file."
    if isinstance(error, NameError) and error.name:
        if error.name in schema_dsl.__all__:
            return f"Import it: from schema_dsl import {error.name}."
        name, known = error.name, [*schema_dsl.__all__, *dir(builtins)]
    elif isinstance(error, ImportError) and error.name == "schema_dsl":
        name, known = message.partition("'")[2].partition("'")[0], schema_dsl.__all__
    else:
        return None
    return suggest_similar(name, known, "") or None


def _find_relative_import(error: ImportError, name: str, files: Sequence[Path]) -> str | None:
    """Return the relative import of a definitions file that was imported by an absolute name; None if there is none.

    If several files have the name, the file that is nearest to the importing file counts. A name may begin with the
    folder of the definitions.
    """
    importing = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) in files
    ]
    if not importing:
        return None
    folder = Path(importing[-1].filename).parent
    top = min((file.parent for file in files), key=lambda parent: len(parent.parts))
    first, _, rest = name.partition(".")
    if first == top.name:
        return f"{'.' * (len(folder.relative_to(top).parts) + 1)}{rest or 'NAME'}"
    dots = "."
    for parent in (folder, *folder.parents):
        module = parent.joinpath(*name.split("."))
        if module.with_name(f"{module.name}.py") in files or any(module in file.parents for file in files):
            return f"{dots}{name}"
        if parent == top:
            break
        dots += "."
    return None


def _is_circular(error: ImportError, package: str, files: Sequence[Path]) -> bool:
    """Return whether the module that lacks a name is still being imported."""
    name = error.name or ""
    if name != package and not name.startswith(f"{package}."):
        return False
    loading = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)[:-1]]
    return any(file in files and error.path is not None and file == Path(error.path) for file in loading)


def _find_line(error: BaseException, files: Sequence[Path]) -> str | None:
    """Return the innermost traceback line within the definitions, as `file:line`."""
    known = {str(file) for file in files}
    lines = [
        f"{frame.filename}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename in known
    ]
    return lines[-1] if lines else None
