"""The values of session inputs: the claims of the owner of a row, and those of another user."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from schema_dsl.platforms import Platform
from schema_dsl.verify.access.persons import Person, PersonFactory
from schema_dsl.verify.access.provenance import ROLE_INPUT, ColumnSource, SessionInput
from schema_dsl.verify.access.reads import AccessReads


def identity_input(platform: Platform) -> SessionInput | None:
    """Return the session input with the id of the caller."""
    caller = platform.caller
    if caller is None:
        return None
    return SessionInput(caller.parameter.lower(), () if caller.key is None else (caller.key,))


@attrs.define(eq=False)
class InputValues:
    """The values of session inputs that conditions compare with columns.

    Attributes:
        factory: Creates ids, and the rows that they depend on.
        reads: The reads that decide on access.
        identity: The session input with the id of the caller.
        persons: The owner of the first row, and another user.
    """

    factory: PersonFactory
    reads: AccessReads
    identity: SessionInput | None
    persons: Sequence[Person]
    _known: dict[tuple[SessionInput, int], str] = attrs.field(init=False, factory=dict)

    def is_identity(self, session_input: SessionInput) -> bool:
        """Return whether a session input is the id of the caller."""
        return session_input == self.identity

    def names_a_value(self, session_input: SessionInput) -> bool:
        """Return whether conditions compare a session input other than the role with columns."""
        return session_input != ROLE_INPUT and bool(self.reads.compared.get(session_input))

    def list_role_names(self) -> list[str]:
        """Return the names of the client roles, which conditions compare `current_user` with."""
        factory = self.factory
        roles = (*factory.platform.roles, *factory.wanted.roles)
        return list(dict.fromkeys(role.name for role in roles if role.client))

    def value(self, session_input: SessionInput, person: int) -> str:
        """Return the value of a session input for the owner (0) or for another user (1)."""
        if self.is_identity(session_input):
            return self.persons[person].id
        key = (session_input, person)
        if key not in self._known:
            self._known[key] = self._create(session_input, person)
        return self._known[key]

    def _create(self, session_input: SessionInput, person: int) -> str:
        for source in self.reads.compared.get(session_input, ()):
            value = self._create_for(source)
            if value is not None:
                return value
        name = session_input.path[-1] if session_input.path else session_input.parameter
        who = ("owner", "another")[person]
        return f"{who}@example.com" if "mail" in name else f"{name} of {who}"

    def _create_for(self, source: ColumnSource) -> str | None:
        """Return a new id for a column that holds ids; None for any other column."""
        return None if source.path else self.factory.create_id(source.relation, source.column)
