"""Read ALTER INDEX from its tokens: the storage parameters of an index and the statistics targets of its keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import Token, TokenType

from schema_dsl.lint.second_reader.elements import split_at_commas
from schema_dsl.lint.second_reader.facts import Fact, StatementFacts, Values, index_key
from schema_dsl.lint.second_reader.sqlglot_parser import get_word, tokenize
from schema_dsl.lint.second_reader.token_names import read_relation_tokens, skip_existence
from schema_dsl.model.parameters import Parameters, to_parameters


def read_alter_index(text: str) -> StatementFacts:
    """Read ALTER INDEX. A file that sets storage parameters sets all of them."""
    tokens = tokenize(text)
    if [get_word(token) for token in tokens[:2]] != ["ALTER", "INDEX"]:
        return StatementFacts()
    relation, start = read_relation_tokens(tokens, skip_existence(tokens, 2))
    if [get_word(token) for token in tokens[start : start + 2]] == ["ATTACH", "PARTITION"]:
        attached, _ = read_relation_tokens(tokens, start + 2)
        if relation is None or attached is None:
            return StatementFacts()
        return StatementFacts((Fact("set", index_key(*attached), {"attached": relation}, tokens[2].start),))
    actions = split_at_commas(tokens, start)[0]
    words = [get_word(action[0]) for action in actions]
    if relation is None or not words:
        return StatementFacts()
    if set(words) <= {"SET", "RESET"}:
        # SET TABLESPACE sets no parameter.
        if any(get_word(action[1]) != "(" for action in actions):
            return StatementFacts()
        values: Values = {"parameters": read_parameters(actions[-1]) if words[-1] == "SET" else ()}
    else:
        values = {name: target for action in actions for name, target in _read_statistics(action)}
    key = index_key(relation[0], relation[1])
    return StatementFacts((Fact("set", key, values, tokens[2].start),) if values else ())


def _read_statistics(action: Sequence[Token]) -> Iterator[tuple[str, int | None]]:
    """Yield the attribute of the key whose statistics target an action sets; -1 is the default."""
    match [token.text.upper() for token in action]:
        case ["ALTER", "COLUMN", number, "SET", "STATISTICS", *target]:
            yield f"statistics_{number}", None if target == ["-", "1"] else int("".join(target))


def read_parameters(action: Sequence[Token]) -> Parameters:
    """Return the parameters in SET (name = value, ...); a name alone stands for true."""
    pairs = []
    for item in split_at_commas(action, 2)[0]:
        at = next((place for place, token in enumerate(item) if token.token_type is TokenType.EQ), len(item))
        value = "".join(token.text for token in item[at + 1 :])
        pairs.append(("".join(token.text for token in item[:at]), value or "true"))
    return to_parameters(pairs)
