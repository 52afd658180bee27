"""The callers to try: each role with every kind of session that policies distinguish."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from schema_dsl.model.access import Access
from schema_dsl.platforms import CallerSetting, Platform
from schema_dsl.verify.access.fixtures.documents import put
from schema_dsl.verify.access.fixtures.fixture_rows import Fixture
from schema_dsl.verify.access.fixtures.persons import UNKNOWN_USER, Person
from schema_dsl.verify.access.reads.provenance import ROLE_INPUT, SessionInput
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.sampling import LIMITS, TrialLimits
from schema_dsl.verify.access.trial import Caller
from schema_dsl.verify.access.trials.caller_claims import CallerClaims, list_texts
from schema_dsl.verify.proof import Sample, draw_sample

_OTHER_TEXTS: Final = ("true", "on")
"""Values of a parameter that differ from the constants that conditions compare it with."""


@attrs.frozen(eq=False)
class CallerKinds:
    """Lists the callers of client roles on one table.

    Attributes:
        platform: The platform, which says how policies know the caller.
        fixture: The fixture, with the persons and the reads of the policies.
        access: The declared access, whose `when=` distinguishes callers.
        limits: The largest numbers of trials.
    """

    platform: Platform
    fixture: Fixture
    access: Access
    limits: TrialLimits = LIMITS

    def list_callers(self, client: ClientRole) -> tuple[list[Caller], Sample]:
        """Return the callers of a role, those without any setting first, and how many of how many they are.

        The callers without settings come first: once a session has set a custom setting, the setting reads as '' and
        never as NULL again.
        """
        caller = self.platform.caller
        further: list[Caller] = []
        if caller is None:
            basic = [self._caller(client, "without claims", {})]
        elif caller.is_role:
            basic = list(self._list_roles(client))
        elif caller.key is None:
            basic, further = self._list_texts(client, caller)
        else:
            basic, further = self._list_claims(client, caller, CallerClaims(caller, self.fixture))
        further += self._list_parameters(client)
        kept = draw_sample(further, max(self.limits.callers - len(basic), 0), self.limits.seed)
        return basic + kept, Sample(len(basic) + len(kept), len(basic) + len(further), self.limits.seed)

    def _list_persons(self, client: ClientRole) -> list[Person]:
        """Return the persons that a role can be: a user without rows, special users, and finally the owner."""
        if self.platform.caller is None or not client.is_user or not self.fixture.persons:
            return []
        owner, _, stranger = self.fixture.persons
        return [stranger, *self.fixture.special, owner]

    def _list_principals(self, client: ClientRole) -> list[Person | None]:
        """Return the owner and the user without rows; for a role that is not for users, one caller without an id."""
        persons = [person for person in self._list_persons(client) if person not in self.fixture.special]
        return [*persons] if persons else [None]

    def _caller(
        self,
        client: ClientRole,
        label: str,
        parameters: Mapping[str, str],
        person: Person | None = None,
        claims: object = None,
    ) -> Caller:
        persons = self.fixture.persons
        return Caller(
            role=client.name,
            label=label,
            parameters=parameters,
            claims=claims,
            id=None if person is None else person.id,
            is_user=client.is_user,
            is_principal=person is not None and person in (persons[0], persons[2]) and label == person.label,
        )

    def _list_roles(self, client: ClientRole) -> Iterator[Caller]:
        """Yield the callers that are database roles: the client role itself, and its members."""
        yield attrs.evolve(self._caller(client, "as the role itself", {}), id=client.name)
        for person in self._list_persons(client):
            yield attrs.evolve(self._caller(client, person.label, {}, person), member_role=person.id)

    def _list_texts(self, client: ClientRole, caller: CallerSetting) -> tuple[list[Caller], list[Caller]]:
        """Return the callers of a parameter that holds the id, and callers with constants that conditions read."""
        name = caller.parameter
        basic = [
            self._caller(client, f"without {name}", {}),
            self._caller(client, f"with {name} = ''", {name: ""}),
        ]
        if client.is_user:
            basic.append(self._caller(client, "with the id of an unknown user", {name: UNKNOWN_USER}))
        basic += [
            self._caller(client, person.label, {name: person.id}, person)
            for person in self._list_persons(client)
        ]
        constants = list_texts(self.fixture, SessionInput(name.lower()))
        return basic, [self._caller(client, f"with {name} = '{text}'", {name: text}) for text in constants]

    def _list_claims(
        self, client: ClientRole, caller: CallerSetting, claims: CallerClaims
    ) -> tuple[list[Caller], list[Caller]]:
        """Return the callers of a parameter that holds a JSON object, and those whose claims vary."""
        name = caller.parameter
        basic = [
            self._caller(client, "without claims", {}),
            # After a request with claims, PostgREST leaves '' for the next request of the connection.
            self._caller(client, "with claims ''", {name: ""}),
            self._caller(client, "with claims {}", {name: "{}"}, claims={}),
            self._with_claims(client, "with claims without a sub", {}),
        ]
        if client.is_user:
            unknown = put({}, claims.id_path, UNKNOWN_USER)
            basic.append(self._with_claims(client, "with the sub of an unknown user", unknown))
        basic += [
            self._with_claims(client, person.label, claims.of_person(person), person)
            for person in self._list_persons(client)
        ]
        permissions = self.access.roles.get(client.name, ())
        further = [
            attrs.evolve(
                self._with_claims(client, f"with {caller.key} = '{text}'", put({}, claims.id_path, text)),
                id=text,
            )
            for text in list_texts(self.fixture, SessionInput(name.lower(), claims.id_path))
        ]
        for person in self._list_principals(client):
            base = {} if person is None else claims.of_person(person)
            for said, changed in claims.vary(base, permissions):
                label = said if person is None else f"{person.label} {said}"
                further.append(self._with_claims(client, label, changed, person))
        return basic, further

    def _with_claims(
        self, client: ClientRole, label: str, claims: Mapping[str, Any], person: Person | None = None
    ) -> Caller:
        assert self.platform.caller is not None  # noqa: S101 - claims are in the parameter of the platform
        document = {**claims, "role": client.name}
        parameters = {self.platform.caller.parameter: json.dumps(document)}
        return self._caller(client, label, parameters, person, document)

    def _list_parameters(self, client: ClientRole) -> list[Caller]:
        """Return callers of sessions with other parameters that conditions read, such as request headers."""
        caller = self.platform.caller
        known = {ROLE_INPUT.parameter, "" if caller is None else caller.parameter.lower()}
        inputs = sorted(each for each in self.fixture.reads.inputs if each.parameter not in known)
        found = []
        for name, group in itertools.groupby(inputs, key=lambda each: each.parameter):
            texts = [""]
            for session_input in group:
                values = [
                    *list_texts(self.fixture, session_input),
                    *self.fixture.inputs.get(session_input, ()),
                ]
                if session_input.path:
                    texts += ["{}", *(json.dumps(put({}, session_input.path, value)) for value in values)]
                else:
                    texts += [*values, *_OTHER_TEXTS]
            for text in dict.fromkeys(texts):
                found += [
                    self._with_parameter(client, name, text, person)
                    for person in self._list_principals(client)
                ]
        return found

    def _with_parameter(self, client: ClientRole, name: str, text: str, person: Person | None) -> Caller:
        """Return a person, or a caller without an id, in a session that sets one more parameter."""
        caller, said = self.platform.caller, f"with {name} = '{text}'"
        label = said if person is None else f"{person.label} {said}"
        if caller is None or caller.is_role:
            found = self._caller(client, label, {}, person)
            return attrs.evolve(
                found, parameters={name: text}, member_role="" if person is None else person.id
            )
        if caller.key is not None:
            claims = {} if person is None else CallerClaims(caller, self.fixture).of_person(person)
            found = self._with_claims(client, label, claims, person)
        else:
            found = self._caller(
                client, label, {} if person is None else {caller.parameter: person.id}, person
            )
        return attrs.evolve(found, parameters={**found.parameters, name: text})
