"""Read ALTER INDEX from its tokens: the storage parameters of an index."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import Token, TokenType

from schema_dsl.lint.second_reader.elements import split_at_commas
from schema_dsl.lint.second_reader.facts import Fact, StatementFacts, index_key
from schema_dsl.lint.second_reader.sqlglot_parser import get_word, tokenize
from schema_dsl.lint.second_reader.token_names import read_relation_tokens, skip_existence
from schema_dsl.model.parameters import Parameters, to_parameters


def read_alter_index(text: str) -> StatementFacts:
    """Read ALTER INDEX. A file that sets storage parameters sets all of them."""
    tokens = tokenize(text)
    if [get_word(token) for token in tokens[:2]] != ["ALTER", "INDEX"]:
        return StatementFacts()
    relation, start = read_relation_tokens(tokens, skip_existence(tokens, 2))
    actions = split_at_commas(tokens, start)[0]
    words = [get_word(action[0]) for action in actions]
    if relation is None or not words or not set(words) <= {"SET", "RESET"}:
        return StatementFacts()
    parameters = read_parameters(actions[-1]) if words[-1] == "SET" else ()
    key = index_key(relation[0], relation[1])
    return StatementFacts((Fact("set", key, {"parameters": parameters}, tokens[2].start),))


def read_parameters(action: Sequence[Token]) -> Parameters:
    """Return the parameters in SET (name = value, ...)."""
    pairs = []
    for item in split_at_commas(action, 2)[0]:
        at = next(place for place, token in enumerate(item) if token.token_type is TokenType.EQ)
        pairs.append(
            ("".join(token.text for token in item[:at]), "".join(token.text for token in item[at + 1 :]))
        )
    return to_parameters(pairs)
