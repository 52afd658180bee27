"""The objects of common extensions that migrations name, and their dependents."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.builtins import split_words
from schema_dsl.lint.history.dependent import Dependent
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.parsing import list_types_in

# The types, functions and operator classes by extension, of which only names are known.
_OBJECTS: Final = {
    "citext": split_words("citext"),
    "cube": split_words("cube"),
    "hstore": split_words("hstore"),
    "isn": split_words("ean13 isbn isbn13 ismn ismn13 issn issn13 upc"),
    "lo": split_words("lo"),
    "ltree": split_words("ltree lquery ltxtquery"),
    "moddatetime": split_words("moddatetime"),
    "pg_trgm": split_words("gin_trgm_ops gist_trgm_ops similarity word_similarity"),
    "pgcrypto": split_words("crypt gen_salt digest hmac pgp_sym_encrypt pgp_sym_decrypt"),
    "postgis": split_words("geometry geography box2d box3d raster"),
    "seg": split_words("seg"),
    "unaccent": split_words("unaccent"),
    "uuid-ossp": split_words("uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4"),
    "vector": split_words(
        "vector halfvec sparsevec vector_l2_ops vector_ip_ops vector_cosine_ops halfvec_l2_ops halfvec_cosine_ops"
    ),
}


def find_extension_dependents(schema: HistorySchema, extension: str) -> list[Dependent]:
    """Return the columns, indexes and definitions that use an object of an extension, by its name."""
    owned = _OBJECTS.get(extension, frozenset())
    found: list[Dependent] = []
    for relation in schema.relations.values() if owned else ():
        found += [
            Dependent("column", relation, column)
            for column in relation.columns.values()
            if column.unknown_type in owned
        ]
        found += [
            Dependent("index", relation, index)
            for index in relation.indexes.values()
            if index.tree is not None
            and any(
                name.string.sval in owned
                for key in index.tree.index_params
                for name in key.index_elem.opclass
            )
        ]
    for overloads in schema.routines.values() if owned else ():
        found += [
            Dependent("routine", routine)
            for routine in overloads
            if routine.statement is not None
            and any(name in owned for _, name in list_types_in(routine.statement.tree))
        ]
    for name in sorted(owned):
        found += schema.dependencies.find_by_name(schema, name)
    return list({(each.kind, id(each.part or each.owner)): each for each in found}.values())
