"""Change settings in pyproject.toml, whose other text stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from schema_dsl.migrations import write_atomically

_TABLE: Final = re.compile(r"^\[tool\.schema-dsl\][^\n]*\n", re.MULTILINE)
_NEXT_TABLE: Final = re.compile(r"^\[", re.MULTILINE)


def change_settings(file: Path, changes: Mapping[str, object]) -> Path:
    """Set values in [tool.schema-dsl], and return the file.

    Args:
        file: The file, which may not exist.
        changes: The values by their key.
    """
    text = file.read_text("utf-8") if file.is_file() else ""
    found = _TABLE.search(text)
    if found is None:
        before = f"{text.rstrip()}\n\n" if text.strip() else ""
        text = f"{before}[tool.schema-dsl]\n"
        found = _TABLE.search(text)
        assert found is not None  # noqa: S101 - the line above
    end = _NEXT_TABLE.search(text, found.end())
    stop = end.start() if end is not None else len(text)
    body = text[found.end() : stop]
    for key, value in changes.items():
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        pattern = re.compile(rf"^{re.escape(key)}\s*=\s*(?:\[[^\]]*\]|[^\n]*)$", re.MULTILINE)
        if pattern.search(body):
            body = pattern.sub(line.replace("\\", r"\\"), body, count=1)
        else:
            body = f"{body.rstrip()}\n{line}\n" if body.strip() else f"{line}\n"
    rest = f"\n{text[stop:]}" if end is not None else ""
    write_atomically(file, text[: found.end()] + body.rstrip() + "\n" + rest)
    return file
