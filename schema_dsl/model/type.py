"""Column types."""

from __future__ import annotations

from typing import ClassVar, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import Sql, qualified


def _to_sql_text(text: str) -> Sql:
    return Sql(text)


@attrs.frozen
class Type:
    """A type by its SQL spelling, such as `numeric(10, 2)` or `text[]`.

    Only Postgres resolves spellings: `int` and `integer` are the same type, but not equal. Use `named_type` for a
    type with a name that needs quotes.

    Attributes:
        sql: The spelling.
    """

    sql: Sql = attrs.field(converter=_to_sql_text)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for an empty spelling."""
        if not self.sql.strip():
            raise DefinitionError(
                "a column type must not be empty", instead='Write a type, such as Type("text").'
            )

    def __repr__(self) -> str:
        return f"Type({str.__repr__(self.sql)})"

    def __str__(self) -> str:
        """Return the SQL spelling."""
        return str(self.sql)


class DeclaredType(SchemaObject):
    """A declared type, such as an enum, which a column can have."""

    __slots__ = ()
    privilege_fields: ClassVar[tuple[str, ...]] = ("usage",)

    @property
    def type(self) -> Type:
        """The type of a column that has this type."""
        return named_type(self.name, schema=self.schema)


def to_type(value: Type | DeclaredType) -> Type:
    """Return the type of a column; a value that is no type is returned as it is."""
    return value.type if isinstance(value, DeclaredType) else value


def require_type(value: object, what: str) -> None:
    """Raise DefinitionError for a value that is no Type.

    Args:
        value: The value, after `to_type`.
        what: What has the type, for the text of the error.
    """
    if isinstance(value, Type):
        return
    name = getattr(value, "__name__", "")
    instead = 'Use a type such as text, or spell the type in SQL: Type("...").'
    if isinstance(value, str):
        instead = f'Spell the type in SQL: Type("{value}").'
    elif callable(value) and name in _FUNCTIONS:
        instead = f'{name} is a function: write {_FUNCTIONS[name]}, or spell the type in SQL: Type("{name}").'
    raise DefinitionError(f"{what} must be a Type, not {name or repr(value)}", instead=instead)


_FUNCTIONS: Final = {"numeric": "numeric(12, 2)", "varchar": "varchar(40)", "array": "array(text)"}


def named_type(name: str, *, schema: str = "public") -> Type:
    """Return an enum, domain or composite type by its name.

    Args:
        name: The name of the type, not quoted.
        schema: The schema of the type.
    """
    return Type(qualified(schema, name))


def array(element: Type | DeclaredType) -> Type:
    """Return the array type with this element type.

    Args:
        element: The type of the elements.
    """
    element_type = to_type(element)
    require_type(element_type, "the element of an array")
    return Type(Sql(f"{element_type.sql}[]"))


def varchar(limit: int) -> Type:
    """Return `varchar(n)`. A CHECK on the length of a text column is easier to change later.

    Args:
        limit: The largest length, in characters.
    """
    return Type(Sql(f"varchar({int(limit)})"))


def numeric(precision: int, scale: int = 0) -> Type:
    """Return `numeric(p, s)`.

    Args:
        precision: The number of digits.
        scale: The number of digits after the decimal point.
    """
    return Type(Sql(f"numeric({int(precision)}, {int(scale)})"))


uuid: Final = Type(Sql("uuid"))
text: Final = Type(Sql("text"))
boolean: Final = Type(Sql("boolean"))
smallint: Final = Type(Sql("smallint"))
integer: Final = Type(Sql("integer"))
bigint: Final = Type(Sql("bigint"))
real: Final = Type(Sql("real"))
double_precision: Final = Type(Sql("double precision"))
timestamptz: Final = Type(Sql("timestamptz"))
timestamp: Final = Type(Sql("timestamp"))
date: Final = Type(Sql("date"))
time: Final = Type(Sql("time"))
interval: Final = Type(Sql("interval"))
jsonb: Final = Type(Sql("jsonb"))
json: Final = Type(Sql("json"))
bytea: Final = Type(Sql("bytea"))
inet: Final = Type(Sql("inet"))
cidr: Final = Type(Sql("cidr"))
macaddr: Final = Type(Sql("macaddr"))
macaddr8: Final = Type(Sql("macaddr8"))
money: Final = Type(Sql("money"))
tsquery: Final = Type(Sql("tsquery"))
tsvector: Final = Type(Sql("tsvector"))
xml: Final = Type(Sql("xml"))
timetz: Final = Type(Sql("timetz"))
int4range: Final = Type(Sql("int4range"))
int8range: Final = Type(Sql("int8range"))
numrange: Final = Type(Sql("numrange"))
daterange: Final = Type(Sql("daterange"))
tsrange: Final = Type(Sql("tsrange"))
tstzrange: Final = Type(Sql("tstzrange"))
int4multirange: Final = Type(Sql("int4multirange"))
int8multirange: Final = Type(Sql("int8multirange"))
nummultirange: Final = Type(Sql("nummultirange"))
datemultirange: Final = Type(Sql("datemultirange"))
tsmultirange: Final = Type(Sql("tsmultirange"))
tstzmultirange: Final = Type(Sql("tstzmultirange"))
box: Final = Type(Sql("box"))
circle: Final = Type(Sql("circle"))
point: Final = Type(Sql("point"))
polygon: Final = Type(Sql("polygon"))
# The types of extensions are found on the search path; `Extension.type` names them with their schema.
citext: Final = Type(Sql("citext"))
hstore: Final = Type(Sql("hstore"))
ltree: Final = Type(Sql("ltree"))
