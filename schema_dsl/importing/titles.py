"""The docstrings of modules of definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from schema_dsl.analysis.identity import TYPE_KINDS, Identity
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.clusters import list_forms
from schema_dsl.importing.links import follow, list_links
from schema_dsl.importing.python import WIDTH
from schema_dsl.importing.shared import SHARED
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.extension import Extension
from schema_dsl.model.schema import Schema

_RANKS: Final = {Schema.kind: 0, Extension.kind: 1}
_ABBREVIATIONS: Final = frozenset(
    {"api", "csv", "faq", "html", "http", "ip", "json", "pdf", "sms", "sql", "url"}
)


def build_title(name: str, tables: Sequence[AssembledRoot], kinds: Mapping[str, int], reach: str) -> str:
    """Return the docstring of a module: its subject with the comment of its table, its tables, or its kinds.

    Args:
        name: The name of the module.
        tables: Its tables.
        kinds: The kinds of its objects, with their numbers.
        reach: The words after the kinds.
    """
    if name == SHARED:
        return f"{_to_words(_join([*kinds]))} that several modules share."
    titles = [f"{_to_words(name)}."]
    if kinds and not tables:
        is_one = bool(reach) and sum(kinds.values()) == 1
        words = _add_article(next(iter(kinds))) if is_one else _join(_list_kinds(kinds))
        titles.insert(0, f"{_to_words(words)}{reach}.")
    main = next((table for table in tables if name in _list_module_names(table)), None)
    if main is not None and main.item.comment:
        # A name or an abbreviation stays as it is.
        comment = main.item.comment
        first = comment[0].lower() if comment[1:2].islower() else comment[0]
        titles.insert(0, f"{_to_words(name)}: {first}{comment[1:].rstrip('.')}.")
    own = [table for table in tables if table.item.existing is None]
    if main is not None and len(own) > 1:
        titles.insert(-1, _describe_subject(main, own))
    if len(own) > 1:
        ordered = sorted(own, key=lambda table: table is not main)
        titles.insert(-1, f"{_to_words(_join(_leave_out_parts([table.item.name for table in ordered])))}.")
    if tables and not own:
        titles.insert(-1, _describe_existing(tables))
    # The quotes take six characters.
    fitting = (title for title in titles if len(title) + 6 <= WIDTH and title.isprintable())
    return next((title for title in fitting if not {'"', "\\"} & set(title)), "Tables.")


def _describe_subject(main: AssembledRoot, tables: Sequence[AssembledRoot]) -> str:
    """Return the words for a subject: its table, those that belong to it, and the others.

    Tables belong to it of which each row refers to one of its rows, also through other tables, and those whose names
    begin with its name. Others that begin with the same word have that word: fees for `fee_plans` and `fee_discounts`.
    """
    users: dict[Identity, set[Identity]] = {}
    for table in tables:
        for link in list_links(table):
            if link.is_required:
                users.setdefault(link.target, set()).add(table.identity)
    below = follow(main.identity, lambda each: users.get(each, ()))
    name = main.item.name
    starts = tuple(f"{form}_" for whole in (name, name.rpartition("_")[2]) for form in list_forms(whole))
    parts: list[str] = []
    others: list[str] = []
    for table in tables:
        start = next((each for each in starts if table.item.name.startswith(each)), "")
        if table is not main:
            belongs = start or table.identity in below
            (parts if belongs else others).append(table.item.name.removeprefix(start))
    if not parts:
        return f"{_to_words(_join([name, *_leave_out_parts(others)]))}."
    possessive = "their" if name.endswith("s") else "its"
    described = f"{name} with {possessive} {_join(_leave_out_parts(parts))}"
    remaining = _leave_out_parts([*_join_first_words([each for each in others if each not in parts])])
    return f"{_to_words(f'{described}; {_join(remaining)}' if remaining else described)}."


def _join_first_words(names: Sequence[str]) -> Iterator[str]:
    """Yield the names, one word in the plural for those that begin with the same word."""
    for name in names:
        first, joint, _ = name.partition("_")
        same = [each for each in names if each.startswith(f"{first}_")]
        yield f"{first}s" if joint and len(same) > 1 else name


def _describe_existing(tables: Sequence[AssembledRoot]) -> str:
    """Return the words for the parts of existing tables: policies on storage.objects."""
    kinds = dict.fromkeys(
        part.kind
        for table in tables
        for holder in ("triggers", "policies")
        for part in table.parts.get(holder, ())
    )
    names = [".".join(filter(None, [table.identity.schema, table.item.name])) for table in tables]
    return f"{_to_words(_join(_list_kinds(kinds) or ['tables']))} on {_join(names)}."


def _list_module_names(table: AssembledRoot) -> tuple[str, str]:
    """Return the names of the module of which a table is the subject, without and with its schema."""
    name = to_variable(table.item.name)
    return name, f"{to_variable(table.identity.schema)}_{name}"


def _leave_out_parts(names: Sequence[str]) -> list[str]:
    """Return the names of tables that do not begin with the name of another, as `order_lines` does beside `orders`."""
    starts = tuple(f"{form}_" for name in names for form in list_forms(name))
    return [name for name in dict.fromkeys(names) if not name.startswith(starts)]


def _add_article(kind: str) -> str:
    word = "type" if kind in TYPE_KINDS else kind
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _list_kinds(kinds: Iterable[str]) -> list[str]:
    """Return kinds in the plural, the large ones first; all kinds of types are types."""
    found = dict.fromkeys("type" if kind in TYPE_KINDS else kind for kind in kinds)
    ordered = sorted(found, key=lambda kind: _RANKS.get(kind, len(_RANKS)))
    plurals = (f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s" for kind in ordered)
    return [plural.removesuffix("s") if plural.endswith("ss") else plural for plural in plurals]


def _join(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _to_words(name: str) -> str:
    words = " ".join(word.upper() if word in _ABBREVIATIONS else word for word in name.split("_") if word)
    return f"{words[:1].upper()}{words[1:]}"
