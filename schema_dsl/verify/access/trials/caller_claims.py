"""The claims that distinguish callers: those of a person, and variants that differ in one claim or two."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from schema_dsl.model.access import Permission
from schema_dsl.parsing import parse_expression
from schema_dsl.platforms import CallerSetting
from schema_dsl.verify.access.fixtures.documents import look_up, merge, put, read_json_values, remove
from schema_dsl.verify.access.fixtures.fixture_rows import Fixture
from schema_dsl.verify.access.fixtures.persons import Person
from schema_dsl.verify.access.reads.provenance import JsonPath, SessionInput
from schema_dsl.verify.values.literals import literal_text

LabeledClaims: TypeAlias = tuple[str, Mapping[str, Any]]
"""A phrase about claims, such as 'with app_metadata.role = "admin"', and the claims."""

_MISSING: Final = object()
_OTHER_TEXT: Final = "another text"
_BOOLEANS: Final = frozenset({"true", "false"})
_USER_METADATA: Final = frozenset({"user_metadata", "raw_user_meta_data"})
"""Claims that users change themselves."""


@attrs.frozen(eq=False)
class CallerClaims:
    """Builds the claims of callers, a JSON object in a configuration parameter.

    Attributes:
        caller: The parameter, and the key of the id.
        fixture: The fixture, with the persons and the reads of the policies.
    """

    caller: CallerSetting
    fixture: Fixture

    @property
    def id_path(self) -> JsonPath:
        """Return the path to the id of the caller."""
        return () if self.caller.key is None else (self.caller.key,)

    def of_person(self, person: Person) -> Mapping[str, Any]:
        """Return the claims of a person: the id, and the values that conditions compare with columns."""
        claims: Any = put({}, self.id_path, person.id)
        number = 0 if person is self.fixture.persons[0] else 1
        for session_input in self._inputs():
            if session_input in self.fixture.inputs:
                claims = put(claims, session_input.path, self.fixture.inputs[session_input][number])
        return dict(claims)

    def vary(self, claims: Mapping[str, Any], permissions: Sequence[Permission]) -> Iterator[LabeledClaims]:
        """Yield claims that differ as policies and the declared access distinguish callers.

        Args:
            claims: The claims to start from.
            permissions: The permissions of the role, of which some may need claims.
        """
        variations = {
            session_input: list(self._values(session_input, claims)) for session_input in self._inputs()
        }
        for chosen in _choose(variations):
            changed: Any = claims
            for session_input, value in chosen:
                changed = (
                    remove(changed, session_input.path)
                    if value is _MISSING
                    else put(changed, session_input.path, value)
                )
            yield (
                " and ".join(_describe_claim(session_input, value) for session_input, value in chosen),
                changed,
            )
        whens = [dict(permission.when) for permission in permissions if permission.when]
        for number, when in enumerate(whens):
            if when not in whens[:number]:
                yield f"with the claims {json.dumps(when)}", merge(claims, when)
        everything = self._claim_everything(claims)
        if everything is not None:
            yield "with user_metadata that claims everything", everything

    def _inputs(self) -> list[SessionInput]:
        """Return the claims that conditions read, apart from the id and the role."""
        parameter = self.caller.parameter.lower()
        return [
            session_input
            for session_input in self.fixture.reads.inputs
            if session_input.parameter == parameter
            and session_input.path not in ((), self.id_path, ("role",))
        ]

    def _claim_everything(self, claims: Any) -> Any | None:
        """Return claims whose user_metadata has the first value of each path that conditions read; None if none."""
        inputs = [each for each in self._inputs() if _USER_METADATA.intersection(each.path)]
        for session_input in inputs:
            values = [value for value in self._values(session_input, {}) if value is not _MISSING]
            claims = put(claims, session_input.path, values[0] if values else True)
        return claims if inputs else None

    def _values(self, session_input: SessionInput, claims: Any) -> Iterator[object]:
        """Yield values of a claim, and its absence if the claims have it."""
        present = look_up(claims, session_input.path)
        texts = list_texts(self.fixture, session_input)
        found: list[object] = []
        for value in self.fixture.inputs.get(session_input, ()):
            found += [value, [value]]
        if not _BOOLEANS.issuperset(texts):
            found += [value for text in texts for value in (*read_json_values(text), [text])]
            found.append(_OTHER_TEXT)
        elif texts or not found:
            # The text "true" acts as the boolean does, and a cast of another text fails. Without constants, conditions
            # read a boolean.
            found += [True, False]
        yield from (value for value in found if value != present)
        if present is not None:
            yield _MISSING


def list_texts(fixture: Fixture, session_input: SessionInput) -> list[str]:
    """Return the texts of the constants that conditions compare a session input with."""
    constants = fixture.reads.inputs.get(session_input, {})
    texts = [literal_text(parse_expression(constant)) for constant in constants]
    return [text for text in texts if text is not None]


def _choose(
    variations: Mapping[SessionInput, Sequence[object]],
) -> Iterator[tuple[tuple[SessionInput, object], ...]]:
    """Yield each variation alone, and each pair of variations of two claims."""
    for session_input, values in variations.items():
        yield from (((session_input, value),) for value in values)
    for (first, values), (second, others) in itertools.combinations(variations.items(), 2):
        for value, other in itertools.product(values, others):
            yield (first, value), (second, other)


def _describe_claim(session_input: SessionInput, value: object) -> str:
    return f"without {session_input}" if value is _MISSING else f"with {session_input} = {json.dumps(value)}"
