"""Histories of a lending library, as the tools of other projects write them."""

# ruff: noqa: E501 - SQL reads best as it is written

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Final

import attrs


@attrs.frozen
class Change:
    """A change of the schema, and its reversal."""

    name: str
    up: str
    down: str


def _change(name: str, up: str, down: str) -> Change:
    return Change(name, textwrap.dedent(up).strip() + "\n", textwrap.dedent(down).strip() + "\n")


CHANGES: Final = [
    _change(
        "create_members",
        """
        CREATE TABLE members (
            id bigserial PRIMARY KEY,
            email varchar(255) NOT NULL,
            full_name text,
            joined_on date DEFAULT CURRENT_DATE NOT NULL
        );
        CREATE UNIQUE INDEX members_email_key ON members (lower(email));
        """,
        "DROP TABLE members;",
    ),
    _change(
        "create_books",
        """
        CREATE TABLE books (id bigserial PRIMARY KEY, isbn char(13) UNIQUE, title text NOT NULL, shelf text, pages int);
        COMMENT ON COLUMN books.isbn IS 'ISBN-13; without dashes';
        """,
        "DROP TABLE books;",
    ),
    _change(
        "create_loans",
        """
        CREATE TYPE loan_state AS ENUM ('out', 'back', 'lost');
        CREATE TABLE loans (
            id bigserial PRIMARY KEY,
            book_id bigint NOT NULL REFERENCES books (id) ON DELETE CASCADE,
            member_id bigint NOT NULL CONSTRAINT loans_member_fk REFERENCES members,
            state loan_state NOT NULL DEFAULT 'out',
            due timestamptz NOT NULL DEFAULT now() + interval '21 days',
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz
        );
        CREATE INDEX loans_open ON loans (book_id) WHERE state = 'out';
        """,
        "DROP TABLE loans;\nDROP TYPE loan_state;",
    ),
    _change(
        "touch_loans",
        """
        CREATE FUNCTION touch() RETURNS trigger AS $$
        BEGIN
            NEW.updated_at := now();
            RETURN NEW;
        END;
        $$ LANGUAGE plpgsql;
        CREATE TRIGGER loans_touch BEFORE UPDATE ON loans FOR EACH ROW EXECUTE FUNCTION touch();
        """,
        "DROP TRIGGER loans_touch ON loans;\nDROP FUNCTION touch();",
    ),
    _change(
        "overdue",
        """
        CREATE VIEW overdue AS
            SELECT m.id AS member_id, m.email, count(*) AS books, min(l.due) AS since
            FROM loans l JOIN members m ON m.id = l.member_id
            WHERE l.state = 'out' AND l.due < now()
            GROUP BY m.id;
        """,
        "DROP VIEW overdue;",
    ),
    _change(
        "shelf_codes",
        """
        ALTER TABLE books ADD COLUMN shelf_code text;
        UPDATE books SET shelf_code = upper(left(shelf, 3)) WHERE shelf IS NOT NULL;
        ALTER TABLE books ADD CONSTRAINT books_shelf_code_check CHECK (shelf_code ~ '^[A-Z]{1,3}$') NOT VALID;
        ALTER TABLE books VALIDATE CONSTRAINT books_shelf_code_check;
        """,
        "ALTER TABLE books DROP COLUMN shelf_code;",
    ),
    _change(
        "rename_full_name",
        "ALTER TABLE members RENAME COLUMN full_name TO display_name;",
        "ALTER TABLE members RENAME COLUMN display_name TO full_name;",
    ),
    _change(
        "seed_books",
        """
        INSERT INTO books (isbn, title, shelf, pages) VALUES
            ('9780000000001', 'Knots; and how to tie them', 'sea', 214),
            ('9780000000002', 'It''s raining', 'weather', NULL)
        ON CONFLICT (isbn) DO NOTHING;
        """,
        "DELETE FROM books WHERE isbn LIKE '978000000000%';",
    ),
    _change(
        "display_name_needed",
        """
        UPDATE members SET display_name = split_part(email, '@', 1) WHERE display_name IS NULL;
        ALTER TABLE members ALTER COLUMN display_name SET NOT NULL;
        """,
        "ALTER TABLE members ALTER COLUMN display_name DROP NOT NULL;",
    ),
    _change(
        "log",
        """
        CREATE TABLE log (at timestamptz NOT NULL DEFAULT now(), what jsonb NOT NULL, member_id bigint REFERENCES members)
            PARTITION BY RANGE (at);
        CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE INDEX log_member_id_idx ON log (member_id);
        """,
        "DROP TABLE log;",
    ),
    _change(
        "drop_shelf",
        "ALTER TABLE books DROP COLUMN shelf;",
        "ALTER TABLE books ADD COLUMN shelf text;",
    ),
    _change(
        "loan_counts",
        """
        CREATE FUNCTION loan_count(member bigint, OUT open bigint, OUT total bigint) AS $$
            SELECT count(*) FILTER (WHERE state = 'out'), count(*) FROM loans WHERE member_id = member
        $$ LANGUAGE sql STABLE;
        """,
        "DROP FUNCTION loan_count(bigint);",
    ),
]
# It names a column that no file has.
FAULT: Final = _change("fault", "UPDATE loans SET returned = true WHERE state = 'back';", "SELECT 1;")
Files = dict[str, str]


def _day(number: int) -> str:
    return f"202601{number:02d}"


def rails(changes: list[Change]) -> Files:
    """Structure files of Rails, one for each release, and migrations in Ruby."""
    head = "SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET check_function_bodies = false;\nSET default_tablespace = '';\nSET default_table_access_method = heap;\n\n"
    tables = "CREATE TABLE public.schema_migrations (version character varying NOT NULL);\nCREATE TABLE public.ar_internal_metadata (key character varying NOT NULL, value character varying, created_at timestamp(6) without time zone NOT NULL, updated_at timestamp(6) without time zone NOT NULL);\nALTER TABLE ONLY public.ar_internal_metadata ADD CONSTRAINT ar_internal_metadata_pkey PRIMARY KEY (key);\nALTER TABLE ONLY public.schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);\n\n"
    versions = ",\n".join(f"('{_day(number)}120000')" for number in range(len(changes), 0, -1))
    tail = f'SET search_path TO "$user", public;\n\nINSERT INTO "schema_migrations" (version) VALUES\n{versions};\n'
    body = "".join(
        f"--\n-- Name: {each.name}; Type: CHANGE; Schema: public; Owner: -\n--\n\n{each.up}\n"
        for each in changes
    )
    ruby = {
        f"migrate/{_day(number)}120000_{each.name}.rb": f"class M{number} < ActiveRecord::Migration[7.1]\n  def change; end\nend\n"
        for number, each in enumerate(changes, 1)
    }
    return {"structure.sql": f"{head}SET search_path TO public;\n{tables}{body}\n{tail}", **ruby}


def django(changes: list[Change]) -> Files:
    """The output of sqlmigrate, one file for each migration."""
    return {
        f"{number:04d}_{each.name}.sql": f"BEGIN;\n--\n-- Raw SQL operation\n--\n{each.up}COMMIT;\n"
        for number, each in enumerate(changes, 1)
    }


def goose(changes: list[Change]) -> Files:
    """Files of goose, with marks around functions."""

    def section(sql: str) -> str:
        return f"-- +goose StatementBegin\n{sql}-- +goose StatementEnd\n" if "$$" in sql else sql

    return {
        f"{_day(number)}101500_{each.name}.sql": f"-- +goose Up\n{section(each.up)}\n-- +goose Down\n{each.down}"
        for number, each in enumerate(changes, 1)
    }


def dbmate(changes: list[Change]) -> Files:
    """Files of dbmate."""
    return {
        f"{_day(number)}101500_{each.name}.sql": f"-- migrate:up\n{each.up}\n-- migrate:down\n{each.down}\n"
        for number, each in enumerate(changes, 1)
    }


def prisma(changes: list[Change]) -> Files:
    """Folders of Prisma."""
    files = {
        f"{_day(number)}101500_{each.name}/migration.sql": f"-- {each.name}\n{each.up}"
        for number, each in enumerate(changes, 1)
    }
    camel = '-- CreateTable\nCREATE TABLE "ReadingList" (\n    "id" TEXT NOT NULL,\n    "memberId" BIGINT NOT NULL,\n    "updatedAt" TIMESTAMP(3) NOT NULL,\n\n    CONSTRAINT "ReadingList_pkey" PRIMARY KEY ("id")\n);\n\n-- AddForeignKey\nALTER TABLE "ReadingList" ADD CONSTRAINT "ReadingList_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;\n'
    return {
        **files,
        "20260120101500_reading_list/migration.sql": camel,
        "migration_lock.toml": 'provider = "postgresql"\n',
    }


def flyway(changes: list[Change]) -> Files:
    """Versions of Flyway, with undo files, a repeatable file and callbacks."""
    files = {f"V1_{number}__{each.name}.sql": each.up for number, each in enumerate(changes, 1)}
    undo = {f"U1_{number}__{each.name}.sql": each.down for number, each in enumerate(changes, 1)}
    view = "CREATE OR REPLACE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 500;\n"
    return {**files, **undo, "R__long_books.sql": view, "afterMigrate.sql": "ANALYZE;\n"}


def atlas(changes: list[Change]) -> Files:
    """Files of Atlas, with its sums."""
    files = {
        f"{_day(number)}101500_{each.name}.sql": f'-- Modify "public" schema: {each.name}\n{each.up}'
        for number, each in enumerate(changes, 1)
    }
    sums = "".join(f"{name} h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" for name in files)
    return {**files, "atlas.sum": f"h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n{sums}"}


def dump(changes: list[Change]) -> Files:
    """A dump of pg_dump with rows, and changes after it."""
    head = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abcDEF123\n\nSET statement_timeout = 0;\nSET lock_timeout = 0;\nSET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\nSET xmloption = content;\nSET row_security = off;\n\n"
    objects = """CREATE TYPE public.loan_state AS ENUM (
    'out',
    'back',
    'lost'
);
ALTER TYPE public.loan_state OWNER TO CURRENT_USER;
CREATE TABLE public.members (
    id bigint NOT NULL,
    email character varying(255) NOT NULL,
    full_name text,
    joined_on date DEFAULT CURRENT_DATE NOT NULL
);
CREATE SEQUENCE public.members_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.members_id_seq OWNED BY public.members.id;
ALTER TABLE ONLY public.members ALTER COLUMN id SET DEFAULT nextval('public.members_id_seq'::regclass);
CREATE TABLE public.books (
    id bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
    isbn character(13),
    title text NOT NULL,
    shelf text,
    pages integer
);
COPY public.members (id, email, full_name, joined_on) FROM stdin;
1\tann@example.org\tAnn; or not\t2025-01-01
2\tbob@example.org\t\\N\t2025-01-02
\\.

SELECT pg_catalog.setval('public.members_id_seq', 2, true);
ALTER TABLE ONLY public.members ADD CONSTRAINT members_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.books ADD CONSTRAINT books_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.books ADD CONSTRAINT books_isbn_key UNIQUE (isbn);
CREATE UNIQUE INDEX members_email_key ON public.members USING btree (lower((email)::text));
GRANT SELECT ON TABLE public.books TO PUBLIC;

\\unrestrict abcDEF123
"""
    created = "".join(line for line in changes[2].up.splitlines(keepends=True) if "CREATE TYPE" not in line)
    later = {
        f"{number:03d}_{each.name}.sql": created if number == 3 else each.up
        for number, each in enumerate(changes, 1)
        if number > 2
    }
    return {"001_dump.sql": head + objects, **later}


def psql(changes: list[Change]) -> Files:
    """Scripts of psql, with variables, conditions and included files."""
    files = {
        f"{number:03d}_{each.name}.sql": f"\\set ON_ERROR_STOP on\n\\echo '{each.name}'\n{each.up}\\if :{{?verbose}}\n\\d\n\\endif\n"
        for number, each in enumerate(changes, 1)
    }
    files["005_overdue.sql"] = "\\ir views/overdue.sql\n"
    files["008_seed_books.sql"] = (
        f"\\set edition '2nd; revised'\n{changes[7].up}UPDATE books SET title = title || :'edition' WHERE pages > 1000;\n"
    )
    return {**files, "views/overdue.sql": changes[4].up}


def supabase(changes: list[Change]) -> Files:
    """Migrations of the Supabase CLI, with a dump of the remote schema, and seeds beside them."""
    files = {f"{_day(number)}101500_{each.name}.sql": each.up for number, each in enumerate(changes, 1)}
    remote = """create extension if not exists "pg_trgm" with schema "extensions";


create table "public"."wishes" (
    "id" uuid not null default gen_random_uuid(),
    "user_id" uuid not null default auth.uid(),
    "title" text not null
);


alter table "public"."wishes" enable row level security;

CREATE UNIQUE INDEX wishes_pkey ON public.wishes USING btree (id);

CREATE INDEX wishes_title_idx ON public.wishes USING gin (title extensions.gin_trgm_ops);

alter table "public"."wishes" add constraint "wishes_pkey" PRIMARY KEY using index "wishes_pkey";

alter table "public"."wishes" add constraint "wishes_user_id_fkey" FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE not valid;

alter table "public"."wishes" validate constraint "wishes_user_id_fkey";

set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.my_wishes()
 RETURNS SETOF wishes
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from public.wishes where user_id = auth.uid();
$function$
;

grant select on table "public"."wishes" to "authenticated";

create policy "own wishes"
on "public"."wishes"
as permissive
for select
to authenticated
using ((( SELECT auth.uid() AS uid) = user_id));


CREATE TRIGGER wishes_touch AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();


"""
    return {
        **files,
        "20260120101500_remote_schema.sql": remote.replace(
            "CREATE TRIGGER wishes_touch AFTER INSERT", "CREATE TRIGGER wishes_touch BEFORE UPDATE"
        ),
    }


TOOLS: Final[dict[str, Callable[[list[Change]], Files]]] = {
    each.__name__: each
    for each in (rails, django, goose, dbmate, prisma, flyway, atlas, dump, psql, supabase)
}


def write(tool: str, folder: Path, *, with_fault: bool = False) -> None:
    """Write the history of a tool into a folder."""
    changes = [*CHANGES, FAULT] if with_fault else CHANGES
    for name, text in TOOLS[tool](changes).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
