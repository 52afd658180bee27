"""Changes of policies, triggers and access."""

from __future__ import annotations

from typing import Any

from specimen_parts import (
    COLUMN,
    NASTY,
    READER,
    TABLE,
    WRITER,
    Changes,
    other,
    policy,
    table,
    touch,
    trigger,
    with_column,
)

from schema_dsl import Access, Column, Policy, Table, Trigger, integer, may, text
from schema_dsl.sql import identifier


def granted(**roles: Any) -> Table:
    """Declare a table with access."""
    return with_column(Column(COLUMN, text), access=Access(**roles), row_security=False)


def reading(read: str | None) -> Table:
    """Declare a table with a policy that reads another table."""
    using = (
        "true"
        if read is None
        else f"EXISTS (SELECT\nFROM {identifier(read)} AS x WHERE x.id = {identifier(TABLE)}.id)"
    )
    return policy(using=using)


def touched(column: str) -> Table:
    """Declare a trigger with UPDATE OF on the only other column of the table."""
    fires = Trigger("t", touch, timing="before", events="update", update_of=column)
    return with_column(Column(column, text), triggers=[fires])


POLICIES: Changes = {
    "a policy": (
        (with_column(Column("owner", text), row_security=True),),
        (policy(to=["public"], using=f"owner = '{NASTY.replace(chr(39), chr(39) * 2)}' -- why", comment=NASTY),),
    ),
    "the roles of a policy": ((policy(),), (policy(to=[WRITER, READER]),)),
    "USING of a policy": ((policy(),), (policy(using="owner = current_user"),)),
    "WITH CHECK of a policy": ((policy(check="true"),), (policy(check="owner = current_user"),)),
    "a condition of a policy": ((policy(),), (policy(check="owner = current_user", comment=NASTY),)),
    "the command of a policy": ((policy(),), (policy(command="delete", comment="gone"),)),
    "a restrictive policy": ((policy(comment="a"),), (policy(permissive=False, comment="a"),)),
    "a policy that reads another table": ((reading(None),), (reading("zzz"), table("zzz"))),
    "a policy that reads a different table": ((reading("aaa"), table("aaa")), (reading("z'"), table("z'"))),
    "a policy and its column": (
        (with_column(Column("a", integer), policies=[Policy("p", to=READER, using="a > 0")]),),
        (with_column(Column("b", integer), policies=[Policy("p", to=READER, using="b > 0")]),),
    ),
    "a constraint trigger": (
        (trigger(timing="after"),),
        (
            trigger(
                timing="after",
                constraint=True,
                initially_deferred=True,
                when="NEW.id > 1 -- why",
                arguments=[NASTY],
                comment=NASTY,
            ),
        ),
    ),
    "another constraint trigger": (
        (trigger(timing="after", constraint=True),),
        (trigger(timing="after", constraint=True, events=["insert"]),),
    ),
    "transition tables": (
        (trigger(timing="after", for_each_row=False),),
        (trigger(timing="after", for_each_row=False, old_table='o"', new_table="n's"),),
    ),
    "the state of a trigger": (
        (trigger(enabled="disabled"),),
        (trigger(enabled="always", events=["insert"]),),
    ),
    "a trigger": (
        (with_column(Column(COLUMN, text)),),
        (trigger(update_of=[COLUMN], arguments=["it's", "\\"], comment=NASTY, when="NEW.id > 0 -- why"),),
    ),
    "the timing of a trigger": (
        (trigger(),),
        (trigger(timing="after", events=["insert", "update", "delete"], for_each_row=False),),
    ),
    "the function of a trigger": ((trigger(when="OLD.id > 1"),), (trigger(function=other, arguments=[1]),)),
    "a trigger and its column": ((touched("a"),), (touched("b"),)),
    "an access": (
        (granted(),),
        (granted(**{READER: may("select", rows="all"), WRITER: may("all", rows="all")}),),
    ),
    "another access": (
        (granted(**{READER: may("select", rows="all"), "public": may("select", rows="all")}),),
        (
            granted(
                **{
                    READER: [may("insert", "select", rows="all", columns=[COLUMN, "id"])],
                    WRITER: may("delete", rows="all"),
                }
            ),
        ),
    ),
    "row level security": ((table(row_security=False),), (table(row_security=True, force_row_security=True),)),
    "forced row level security": ((table(row_security=True),), (table(row_security=True, force_row_security=True),)),
    "comments": (
        (table(comment=NASTY, columns=[Column("a", text, comment="a")]),),
        (table(columns=[Column("a", text, comment=NASTY)]),),
    ),
    "the condition of a policy": (
        (policy(command="select", using=None, conditional=False),), (policy(command="select"),)
    ),
}  # fmt: skip
