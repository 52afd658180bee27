"""Values that definitions name once, because several objects have them."""

from __future__ import annotations

import attrs

from schema_dsl.importing.python import PythonNode


@attrs.frozen
class SharedValue:
    """A value with a name.

    Attributes:
        name: The name of the constant.
        module: The module of the constant.
        node: The value.
    """

    name: str
    module: str
    node: PythonNode
