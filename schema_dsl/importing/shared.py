"""Values that definitions name once, because several objects have them."""

from __future__ import annotations

from typing import Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.importing.python import PythonNode, assign, layout

SHARED: Final = "shared"
"""The module of the values and functions that several modules share."""
TYPES: Final = "types"
"""The module of the types that several modules use."""
FUNCTIONS: Final = "functions"
"""The module of the functions that several modules use."""
VIEWS: Final = "views"
"""The module of the views that read several modules."""
_INDENT: Final = "    "
_RETURN: Final = f"{_INDENT}return "


@attrs.frozen
class SharedValue:
    """A value with a name.

    Attributes:
        name: The name of the constant.
        module: The module of the constant.
        node: The value.
        imports: The names of schema_dsl in the value.
        of_platform: The names of the platform in the value.
        requires: The names of other shared values in the value.
        calls: The routine that the value and all values in it call; None for none.
        comment: The comment above the constant; empty for none.
    """

    name: str
    module: str
    node: PythonNode
    imports: frozenset[str] = frozenset()
    of_platform: frozenset[str] = frozenset()
    comment: str = ""
    requires: frozenset[str] = frozenset()
    calls: Identity | None = None

    def write(self) -> str:
        """Return the source of the constant."""
        above = "".join(f"# {line}\n" for line in self.comment.splitlines())
        return above + assign(self.name, self.node)


@attrs.frozen
class SharedFunction(SharedValue):
    """A function that returns a column or a trigger.

    Attributes:
        description: The returned object, for the docstring of the function.
        target: The table or function that the returned object references; if the definitions declare it, the function
            follows the declaration.
        parameter: The parameter, as `table: str`; empty for none.
        returns: The type of the returned object.
    """

    description: str = ""
    target: Identity | None = None
    parameter: str = ""
    returns: str = "Column"

    def write(self) -> str:
        """Return the source of the function."""
        called = layout(self.node, _INDENT, len(_RETURN), 0)
        signature = f"def {self.name}({self.parameter}) -> {self.returns}:"
        return f'{signature}\n{_INDENT}"""Return {self.description}."""\n{_RETURN}{called}'
