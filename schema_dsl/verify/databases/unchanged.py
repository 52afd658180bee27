"""Databases that one block after another uses, because each leaves them as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs

from schema_dsl.postgres import Database


@attrs.frozen
class UnchangedDatabases:
    """Copies of templates, for blocks that only read, or roll back all that they do.

    Only the sequences of a copy may have given numbers. Several threads may use an instance.
    """

    _free: dict[str, list[Database]] = attrs.field(init=False, factory=dict)

    @contextmanager
    def use(self, template: Database, create: Callable[[], Database]) -> Iterator[Database]:
        """Yield a copy of a template that no other block uses. After an error in the block, none uses it again.

        Args:
            template: The template.
            create: Creates a copy that lasts as long as the template.
        """
        free = self._free.setdefault(template.name, [])
        # list.pop and list.append are atomic, so two threads never get the same database.
        try:
            database = free.pop()
        except IndexError:
            database = create()
        yield database
        free.append(database)
