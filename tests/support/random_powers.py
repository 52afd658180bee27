"""Random objects that only a superuser creates: owners, event triggers, roles and foreign-data wrappers."""

from __future__ import annotations

from typing import Any

from random_builder import RandomBuilder
from specimen_objects import GROUP, MEMBER, OTHER_GROUP
from specimen_parts import OWNER, READER, WRITER

from schema_dsl import EventTrigger, ForeignDataWrapper, Function, Grant, Role
from schema_dsl.model.identity import copy_with
from schema_dsl.model.schema_object import SchemaObject


class Powers(RandomBuilder):
    """Adds objects to a schema that has its tables, and chooses the owners of its objects."""

    def build(self) -> None:
        """Add roles, an event trigger and a wrapper to some schemas, and owners to some objects."""
        roles = self._build_roles() if self.maybe(0.6) else []
        self.objects[:] = [*roles, *(self._choose_owner(each, roles) for each in self.objects)]
        if self.maybe(0.6):
            self._add_event_trigger()
        if self.maybe(0.4):
            self.objects.append(
                ForeignDataWrapper(
                    self.own("server") + " wrapper",
                    options=self.choose({}, {"a": "1", "B b": "it's"}),
                    usage=self.choose(None, [READER]),
                    comment=self.comment(),
                )
            )

    def _build_roles(self) -> list[Role]:
        groups = [
            Role(name, managed=True, create_database=self.maybe(), comment=self.comment())
            for name in self.some(GROUP, OTHER_GROUP)
        ]
        member = Role(
            MEMBER,
            managed=True,
            login=self.maybe(),
            inherit=self.maybe(0.7),
            connection_limit=self.choose(-1, 3),
            member_of=[each.name for each in groups if self.maybe(0.7)],
            comment=self.comment(),
        )
        return [*groups, member]

    def _choose_owner(self, item: SchemaObject, roles: list[Role]) -> SchemaObject:
        # The migration does not read, for a materialized view, rows that policies hide from the owner of a view.
        if not hasattr(item, "owner") or item.kind == "view":
            return item
        # An owner that is not declared stays, also one to which the other schema of the pair grants privileges.
        names = [READER, WRITER, *(each.name for each in roles)]
        changes: dict[str, Any] = {"owner": self.choose(OWNER, self.choose(*names))}
        if roles and self.maybe(0.3) and item.kind in {"table", "view"}:
            changes["grants"] = (Grant("select", to=roles[-1]),)
        return copy_with(item, **changes)

    def _add_event_trigger(self) -> None:
        function = Function(
            self.own("stamp") + " event",
            returns="event_trigger",
            language="plpgsql",
            body=self.choose("BEGIN NULL; END", "BEGIN PERFORM 1; END"),
            **self.options(),
        )
        event = self.choose("ddl_command_start", "ddl_command_end", "sql_drop")
        self.objects += [
            function,
            EventTrigger(
                "on 'event'",
                function,
                event=event,
                tags=self.choose([], ["DROP VIEW"], ["DROP TABLE", "DROP VIEW"]),
                enabled=self.choose("origin", "always", "disabled"),
                comment=self.comment(),
            ),
        ]
