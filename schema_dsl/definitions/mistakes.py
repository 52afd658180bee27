"""Turn an exception of a definitions file into one error with the file, the line and a remedy."""

from __future__ import annotations

import builtins
import inspect
import re
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from schema_dsl.errors import DefinitionError


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
    what = f"{type(error).__name__}: {_describe(error, package)}"
    where = _find_line(error, files) or str(file)
    return DefinitionError(what, where=where, instead=_suggest_remedy(error, package, files))


def _describe(error: BaseException, package: str) -> str:
    """Return the message of an error without the names of the temporary package."""
    message = str(error)
    if isinstance(error, ImportError) and package in message:
        message = re.sub(r" \(.*\)$", "", re.sub(rf"{package}\.?", ".", message))
    return message or "no message"


def _suggest_remedy(error: BaseException, package: str, files: Sequence[Path]) -> str | None:
    """Suggest the name that an unknown name or keyword was probably meant to be, or another remedy."""
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
    unknown = re.search(r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'", message)
    if unknown:
        callee, name = unknown.groups()
        function = getattr(schema_dsl, callee, None)
        known = list(inspect.signature(function).parameters) if callable(function) else []
    elif isinstance(error, NameError) and error.name:
        name, known = error.name, [*schema_dsl.__all__, *dir(builtins)]
    elif isinstance(error, ImportError) and error.name == "schema_dsl":
        name, known = message.partition("'")[2].partition("'")[0], schema_dsl.__all__
    else:
        return None
    near = get_close_matches(name, known, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Known: {', '.join(known)}." if unknown and known else None


def _find_relative_import(error: ImportError, name: str, files: Sequence[Path]) -> str | None:
    """Return the relative import of a definitions file that was imported by an absolute name; None if there is none.

    Of several files with the name, that nearest to the importing file is meant.
    """
    importing = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) in files
    ]
    if not importing:
        return None
    folder = Path(importing[-1].filename).parent
    top = min((file.parent for file in files), key=lambda parent: len(parent.parts))
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
