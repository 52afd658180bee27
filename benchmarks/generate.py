"""Measure `generate`: declare, build the Catalog, fingerprint, plan, render; and lint by itself.

    python benchmarks/generate.py [TABLES ...]

Every table has 14 columns, a primary key, 2 foreign keys, 3 checks, 4 indexes, row level security with 3
policies, a trigger, comments and grants. The comparisons are a precompiled Jinja loop over plain, already
quoted values that prints the same text, and the DDL that SQLAlchemy compiles for the part of the schema that
SQLAlchemy supports, which excludes policies, triggers, grants and row level security. All figures are the best
of several runs in seconds of CPU time.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import jinja2

import schema_dsl as dsl
from schema_dsl.lint import lint_definitions, lint_generated
from schema_dsl.model.access import OPERATIONS
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import diff, plan
from schema_dsl.platforms.supabase import PLATFORM, auth_users, owner_may, service_role_may
from schema_dsl.render import Header, render

SIZES = (50, 1000, 2000, 5000)
HEADER = Header(
    file="001_large.sql", title="A large schema", purpose="", date="2026-01-01", definitions="0" * 16
)
touch = dsl.Function("touch")


def declare(count: int) -> list[dsl.Table]:
    """Declare tables as a definitions file does."""
    tables: list[dsl.Table] = []
    before = auth_users
    for number in range(count):
        name = f"table_{number:05}"
        before = dsl.Table(
            name,
            comment=f"Table number {number}.",
            columns=[
                dsl.Column("id", dsl.uuid, primary_key=True, default=dsl.gen_random_uuid(), comment="Key."),
                dsl.Column("user_id", dsl.uuid, not_null=True, references=auth_users, on_delete="cascade"),
                dsl.Column("parent_id", dsl.uuid, references=before, comment="The parent row."),
                dsl.Column(
                    "state",
                    dsl.text,
                    not_null=True,
                    default="active",
                    check=dsl.one_of("active", "paused", f"gone_{number}"),
                    comment="The state.",
                ),
                dsl.Column("tier", dsl.integer, not_null=True, default=0, check=dsl.between(0, 3)),
                dsl.Column("retries", dsl.integer, not_null=True, default=0, check=dsl.at_least(0)),
                dsl.Column("title", dsl.text, not_null=True, comment="The title."),
                dsl.Column("body", dsl.text),
                dsl.Column("details", dsl.jsonb, default={}),
                dsl.Column("is_public", dsl.boolean, not_null=True, default=False),
                dsl.Column("due_at", dsl.timestamptz, comment="The due date, or NULL."),
                dsl.Column("sent_at", dsl.timestamptz),
                dsl.Column(
                    "created_at",
                    dsl.timestamptz,
                    not_null=True,
                    default=dsl.now(),
                    comment="Time of creation.",
                ),
                dsl.Column(
                    "updated_at",
                    dsl.timestamptz,
                    not_null=True,
                    default=dsl.now(),
                    comment="Time of the last change.",
                ),
            ],
            indexes=[
                dsl.Index("user_id"),
                dsl.Index("state"),
                dsl.Index(["user_id", dsl.descending("created_at")]),
                dsl.Index("due_at", where="due_at IS NOT NULL"),
            ],
            triggers=[dsl.before_update(touch, name=f"touch_{name}")],
            policies=[owner_may("select", "insert", own="user_id"), service_role_may("all")],
            access=dsl.Access(
                own="user_id",
                authenticated=dsl.may("select", "insert", rows="own"),
                service_role=dsl.may("all", rows="all"),
            ),
        )
        tables.append(before)
    return tables


def build(tables: list[dsl.Table]) -> Catalog:
    """Build a Catalog from the declarations."""
    return build_catalog(
        tables, platform_tables=PLATFORM.tables, functions=PLATFORM.functions, roles=PLATFORM.roles
    )


# The simplest template for this schema, without types or checks.
BARE = """\
{{ head }}
{%- for table in tables %}

-- {{ rule }}
-- {{ table.title }}
-- {{ table.comment }}
-- {{ rule }}

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS {{ table.name }} (
{%- for column in table.columns %}
        {{ column.name.ljust(table.name_width) }} {% if column.not_null or column.default -%}
        {{ column.type.ljust(table.type_width) }}{% if column.not_null %} NOT NULL{% endif %}
        {%- if column.default %} DEFAULT {{ column.default }}{% endif %}
        {%- else %}{{ column.type }}{% endif %},
{%- endfor %}
{%- for key in table.constraints %}
        CONSTRAINT {{ key.name }}
            {% if key.primary %}PRIMARY KEY ({{ key.columns | join(", ") }})
            {%- elif key.check %}CHECK ({{ key.check }})
            {%- else %}FOREIGN KEY ({{ key.columns | join(", ") }}) REFERENCES {{ key.target }} (
            {{- key.target_columns | join(", ") }})
            {%- if key.on_delete %} ON DELETE {{ key.on_delete }}{% endif %}
            {%- endif %}{% if not loop.last %},{% endif %}
{%- endfor %}
    );
    ALTER TABLE {{ table.name }} ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE {{ table.name }} FROM {{ table.revoked | join(", ") }};
{%- for grant in table.grants %}
    GRANT {{ grant.what | join(", ") }} ON TABLE {{ table.name }} TO {{ grant.to }};
{%- endfor %}
END $$;

{% for index in table.indexes -%}
CREATE {% if index.unique %}UNIQUE {% endif %}INDEX IF NOT EXISTS {{ index.name }}
    ON {{ table.name }} ({{ index.columns | join(", ") }})
{%- if index.where %} WHERE {{ index.where }}{% endif %};
{% endfor %}
{%- for trigger in table.triggers %}
CREATE OR REPLACE TRIGGER {{ trigger.name }}
    {{ trigger.timing }} {{ trigger.events | join(" OR ") }} ON {{ table.name }}
    FOR EACH ROW
    EXECUTE FUNCTION {{ trigger.function }}();
{% endfor %}
{%- for policy in table.policies %}
DO $$ BEGIN
    DROP POLICY IF EXISTS {{ policy.name }} ON {{ table.name }};
    CREATE POLICY {{ policy.name }} ON {{ table.name }}
        FOR {{ policy.command }} TO {{ policy.to | join(", ") }}
{%- if policy.using %} USING ({{ policy.using }}){% endif %}
{%- if policy.check %} WITH CHECK ({{ policy.check }}){% endif %};
END $$;
{% endfor %}
COMMENT ON TABLE {{ table.name }} IS '{{ table.comment }}';
{% for column in table.columns if column.comment -%}
COMMENT ON COLUMN {{ table.name }}.{{ column.name }} IS '{{ column.comment }}';
{% endfor %}
{%- for policy in table.policies if policy.comment -%}
COMMENT ON POLICY {{ policy.name }} ON {{ table.name }} IS '{{ policy.comment }}';
{% endfor %}
{%- endfor %}{{ tail }}"""


def bare_values(tables: list[dsl.Table], catalog: Catalog, text: str) -> dict[str, Any]:
    """Return the values for the bare loop: dicts of strings with quoted values."""
    rule = "=" * 100
    objects: dict[str, list[Any]] = {}
    for identity, each in catalog.objects.items():
        objects.setdefault(identity.parent_name, []).append(each)
    values = [_bare_table(table, objects[table.name]) for table in tables]
    head = text.partition(f"\n\n-- {rule}\n-- public.")[0]
    last = f"{values[-1]['policies'][-1]['comment']}';\n"
    return {"rule": rule, "tables": values, "head": head, "tail": text.rpartition(last)[2]}


def _bare_table(table: dsl.Table, objects: list[Any]) -> dict[str, Any]:
    kinds: dict[str, list[Any]] = {}
    for each in objects:
        kinds.setdefault(each.kind, []).append(each)
    columns = kinds["column"]
    name = f"public.{table.name}"
    return {
        "title": name,
        "name": name,
        "comment": table.comment,
        "name_width": max(len(each.name) for each in columns),
        "type_width": max(len(each.type.sql) for each in columns),
        "columns": [
            {
                "name": str(each.name),
                "type": str(each.type),
                "not_null": each.not_null,
                "default": each.default and str(each.default),
                "comment": each.comment,
            }
            for each in columns
        ],
        "constraints": [
            {
                "name": each.name,
                "primary": each.kind == "primary_key",
                "check": str(each.expression) if each.kind == "check" else None,
                "columns": [] if each.kind == "check" else list(each.columns),
                "target": f"{each.references.schema}.{each.references.table}"
                if each.kind == "foreign_key"
                else None,
                "target_columns": list(each.references.columns) if each.kind == "foreign_key" else [],
                "on_delete": each.on_delete.upper()
                if each.kind == "foreign_key" and each.on_delete != "no action"
                else None,
            }
            for each in objects
            if each.kind in ("primary_key", "check", "foreign_key")
        ],
        "revoked": ["PUBLIC", *(each.name for each in kinds["privilege"][1:])],
        "grants": [
            {"what": [each.upper() for each in OPERATIONS if each in grant.privileges], "to": grant.name}
            for grant in kinds["privilege"]
            if grant.privileges
        ],
        "indexes": [
            {
                "name": each.name,
                "unique": each.unique,
                "columns": [f"{key.on} DESC" if key.descending else str(key.on) for key in each.elements],
                "where": each.where and str(each.where),
            }
            for each in kinds["index"]
        ],
        "triggers": [
            {
                "name": each.name,
                "timing": each.timing.upper(),
                "events": [event.upper() for event in each.events],
                "function": f"{each.function.schema}.{each.function.name}",
            }
            for each in kinds["trigger"]
        ],
        "policies": [
            {
                "name": each.name,
                "command": each.command.upper(),
                "to": list(each.to),
                "using": each.using and str(each.using),
                "check": each.check and str(each.check),
                "comment": each.comment and each.comment.replace("'", "''"),
            }
            for each in kinds["policy"]
        ],
    }


def alchemy(count: int) -> str:
    """Declare and compile the part of the schema that SQLAlchemy supports."""
    import sqlalchemy as sa  # noqa: PLC0415 - an extra
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415
    from sqlalchemy.schema import CreateIndex, CreateTable, SetColumnComment, SetTableComment  # noqa: PLC0415

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    meta = sa.MetaData()
    sa.Table("users", meta, sa.Column("id", sa.Uuid, primary_key=True), schema="auth")
    before = "auth.users"
    stamp = sa.DateTime(timezone=True)
    pieces = []
    for number in range(count):
        name = f"table_{number:05}"
        table = sa.Table(
            name,
            meta,
            sa.Column(
                "id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()"), comment="Key."
            ),
            sa.Column(
                "user_id",
                sa.Uuid,
                sa.ForeignKey("auth.users.id", ondelete="CASCADE"),
                nullable=False,
                index=True,
            ),
            sa.Column("parent_id", sa.Uuid, sa.ForeignKey(f"{before}.id"), comment="The parent row."),
            sa.Column(
                "state",
                sa.Text,
                nullable=False,
                server_default="active",
                index=True,
                comment="The state.",
            ),
            sa.Column("tier", sa.Integer, nullable=False, server_default=sa.text("0")),
            sa.Column("retries", sa.Integer, nullable=False, server_default=sa.text("0")),
            sa.Column("title", sa.Text, nullable=False, comment="The title."),
            sa.Column("body", sa.Text),
            sa.Column("details", postgresql.JSONB, server_default=sa.text("'{}'::jsonb")),
            sa.Column("is_public", sa.Boolean, nullable=False, server_default=sa.false()),
            sa.Column("due_at", stamp, comment="The due date, or NULL."),
            sa.Column("sent_at", stamp),
            sa.Column(
                "created_at", stamp, nullable=False, server_default=sa.func.now(), comment="Time of creation."
            ),
            sa.Column(
                "updated_at",
                stamp,
                nullable=False,
                server_default=sa.func.now(),
                comment="Time of the last change.",
            ),
            sa.CheckConstraint(f"state IN ('active', 'paused', 'gone_{number}')", name=f"{name}_state_check"),
            sa.CheckConstraint("tier BETWEEN 0 AND 3", name=f"{name}_tier_check"),
            sa.CheckConstraint("retries >= 0", name=f"{name}_retries_check"),
            comment=f"Table number {number}.",
        )
        sa.Index(f"{name}_user_id_created_at_idx", table.c.user_id, table.c.created_at.desc())
        sa.Index(f"{name}_due_at_idx", table.c.due_at, postgresql_where=sa.text("due_at IS NOT NULL"))
        before = name
        pieces.append(str(CreateTable(table).compile(dialect=dialect)))
        pieces += [str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes]
        pieces.append(str(SetTableComment(table).compile(dialect=dialect)))
        pieces += [
            str(SetColumnComment(each).compile(dialect=dialect)) for each in table.columns if each.comment
        ]
    return "\n".join(pieces)


def best(of: int, work: Callable[[], object]) -> float:
    """Return the CPU seconds of the fastest run, with the garbage collector paused as in `generate`."""
    times = []
    for _ in range(of):
        gc.collect()
        gc.disable()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
        gc.enable()
    return min(times)


def measure(count: int) -> dict[str, float]:
    """Measure one size: the steps, all steps together, and the comparisons."""
    runs = max(2, min(9, 8000 // count))
    tables = declare(count)
    catalog = build(tables)
    creation = plan(catalog.existing(), catalog)
    text = render(creation, catalog, HEADER)
    bare = jinja2.Environment(autoescape=False).from_string(BARE)  # noqa: S701 - SQL
    values = bare_values(tables, catalog, text)
    assert text == bare.render(values), "the bare loop prints another text than schema_dsl.render"

    def whole() -> None:
        wanted = build(declare(count))
        render(plan(wanted.existing(), wanted), wanted, HEADER)

    figures = {
        "declare": best(runs, lambda: declare(count)),
        "build": best(runs, lambda: build(tables)),
        "fingerprint": best(runs, catalog.fingerprint),
        "plan": best(runs, lambda: plan(catalog.existing(), catalog)),
        "render": best(runs, lambda: render(creation, catalog, HEADER)),
        "all": best(runs, whole),
        "bare": best(runs, lambda: bare.render(values)),
        "lint": best(1, lambda: check(text, catalog)),
    }
    try:
        figures["sqlalchemy"] = best(max(1, runs // 4), lambda: alchemy(count))
    except ImportError:
        figures["sqlalchemy"] = float("nan")
    return figures


def check(text: str, wanted: Catalog) -> None:
    """Lint the definitions and the migration, as `generate` does before it writes the file."""
    found = lint_definitions(wanted)
    found += lint_generated([(HEADER.file, text)], wanted, PLATFORM, changes=diff(wanted.existing(), wanted))
    assert not any(finding.level.value == "error" for finding in found)


def report(sizes: Iterable[int]) -> None:
    """Print a table of figures."""
    print(f"{'tables':>7}", *(f"{name:>11}" for name in measure(1)), f"{'all/bare':>9} {'from objects':>12}")
    for count in sizes:
        figures = measure(count)
        ratio = figures["all"] / figures["bare"]
        objects = (figures["build"] + figures["plan"] + figures["render"]) / figures["bare"]
        print(
            f"{count:>7}", *(f"{each:>11.4f}" for each in figures.values()), f"{ratio:>9.2f} {objects:>12.2f}"
        )


if __name__ == "__main__":
    report([int(each) for each in sys.argv[1:]] or SIZES)
