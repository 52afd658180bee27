"""Random objects of the kinds that depend on little else, such as text search, collations and foreign data."""

from __future__ import annotations

from random_builder import RandomBuilder
from specimen_parts import NASTY, OWNER, READER, WRITER

from schema_dsl import (
    Aggregate,
    Cast,
    Collation,
    Column,
    CompositeType,
    DefaultPrivileges,
    Domain,
    Enum,
    Extension,
    ForeignColumn,
    ForeignServer,
    ForeignTable,
    Function,
    Grant,
    Index,
    Operator,
    PrimaryKey,
    Procedure,
    Publication,
    PublishedTable,
    Table,
    TextSearchConfiguration,
    TextSearchDictionary,
    Type,
    UserMapping,
    bigint,
    integer,
    text,
    tsvector,
)
from schema_dsl import Sequence as NumberSequence
from schema_dsl.sql import identifier, literal, qualified

WRAPPER = "wr'apper"


class OtherKinds(RandomBuilder):
    """Adds objects to a schema that has its main table."""

    def build(self, main: Table) -> None:
        """Add some objects of each kind, most of them in few schemas."""
        for add in (
            self._add_search,
            self._add_collation,
            self._add_operator,
            self._add_cast,
            self._add_functions,
            self._add_aggregates,
            self._add_sequence,
            self._add_default_privileges,
        ):
            if self.maybe(0.3):
                add()
        if self.maybe(0.3) and self.foreign:
            self._add_foreign_data()
        if self.maybe(0.3):
            self._add_publication(main)
        if self.maybe(0.2):
            self.objects.append(Extension("hstore", schema=self.schema, comment=self.comment()))

    def _add_search(self) -> None:
        words = TextSearchDictionary(
            self.own("words"), "simple", options=self.choose({}, {"accept": "false"}), **self.options()
        )
        mappings = {"word": self.choose([words], [words, "simple"], ["simple"]), "asciiword": ["simple"]}
        search = TextSearchConfiguration(
            self.own("search"),
            mappings=dict(self.some(*mappings.items())),
            **self.options(),
        )
        self.objects += [words, search]
        if self.maybe(0.6):
            call = f"to_tsvector({literal(self.name('search'))}::regconfig, body)"
            self.objects.append(
                Table(
                    self.own("search"),
                    columns=[
                        Column("body", text),
                        Column("found", tsvector, generated=self.choose(call, f"setweight({call}, 'A')")),
                    ],
                    indexes=[Index("found", method="gin", parameters=self.choose({}, {"fastupdate": "off"}))],
                    **self.options(),
                )
            )

    def _add_collation(self) -> None:
        # Postgres cannot alter a collation, so that another locale needs another name.
        locale = self.choose("C", "POSIX")
        letters = Collation(f"{self.own('letters')} {locale}", locale, provider="libc", **self.options())
        spelling = qualified(self.schema, letters.name)
        lettered = Domain(
            self.own("letters"),
            text,
            collation=self.choose(None, spelling),
            default=self.choose(None, "x"),
            **self.options(),
        )
        self.objects += [letters, lettered]
        self.objects.append(
            Table(
                self.own("letters") + " 2",
                columns=[
                    Column("id", integer, primary_key=True),
                    Column("a", text, collation=self.choose(None, spelling)),
                    Column("b", self.choose(lettered, text)),
                    *([Column("c", Type(f"{lettered.type}[]"))] if self.maybe() else []),
                ],
                indexes=[Index("a", name="by letters")] if self.maybe() else [],
                **self.options(),
            )
        )

    def _add_operator(self) -> None:
        same = f"OPERATOR({identifier(self.schema)}.===)"
        self.objects.append(
            Operator(
                "===",
                left="integer",
                right="integer",
                function=self.choose("int4eq", "int4ne"),
                commutator=self.choose(None, same),
                restrict=self.choose(None, "eqsel"),
                join=self.choose(None, "eqjoinsel"),
                hashes=self.maybe(0.3),
                **self.options(),
            )
        )

    def _add_cast(self) -> None:
        types = [each for each in self.objects if isinstance(each, CompositeType | Enum)]
        if not types:
            return
        declared = self.random.choice(types)
        if self.maybe():
            cast = Cast(declared, "integer", in_out=True, comment=self.comment())
        else:
            to_number = Function(
                "to number",
                arguments=f"one {declared.type}",
                returns="integer",
                language="sql",
                volatility="immutable",
                body=self.choose("SELECT 1", "SELECT 2"),
                **self.options(),
            )
            self.objects.append(to_number)
            context = self.choose("explicit", "assignment")
            cast = Cast(declared, "integer", function=to_number, context=context, comment=self.comment())
        self.objects.append(cast)

    def _add_foreign_data(self) -> None:
        server = ForeignServer(
            self.own("server"),
            WRAPPER,
            version=self.choose(None, "1"),
            options=self.choose({}, {"B b": NASTY}, {"a": "1", "B b": "2"}),
            usage=self.choose(None, [READER]),
            comment=self.comment(),
        )
        self.objects.append(server)
        if self.maybe():
            options = self.choose({}, {"role": NASTY})
            self.objects.append(UserMapping(self.choose(OWNER, "public"), server, options=options))
        if self.maybe(0.7):
            self.objects.append(
                ForeignTable(
                    self.own("elsewhere"),
                    server,
                    columns=[
                        ForeignColumn("a b", self.choose(text, integer), not_null=self.maybe()),
                        *([ForeignColumn("n", bigint, default=5)] if self.maybe() else []),
                    ],
                    options=self.choose({}, {"name": NASTY}),
                    column_comments=self.choose({}, {"a b": "It's one."}),
                    select=self.choose(None, [READER]),
                    **self.options(),
                )
            )

    def _add_functions(self) -> None:
        main = self.name("main")
        column = self.choose("integer", "text")
        has_result = self.maybe()
        self.objects += [
            Function(
                self.own("listed"),
                arguments=[
                    "at_least integer DEFAULT 1",
                    *self.choose([], ["VARIADIC more integer[] DEFAULT '{}'"]),
                ],
                returns=f"TABLE (number bigint, {identifier(self.own('argument'))} {column})",
                language="sql",
                volatility="stable",
                parallel=self.choose("safe", "restricted", "unsafe"),
                cost=self.choose(None, 50),
                rows=self.choose(None, 10),
                security_definer=self.maybe(0.3),
                set=self.choose({}, {"search_path": ""}, {"work_mem": "1MB", "search_path": "pg_catalog"}),
                body=f"SELECT m.id, NULL::{column} FROM {main} AS m WHERE m.count > at_least",
                execute=self.choose(None, [READER]),
                **self.options(),
            ),
            Function(
                self.own("listed"),
                arguments=["a text", "OUT b text", "INOUT c integer"],
                returns="record",
                body=self.choose("BEGIN b := a; END", "BEGIN b := a || 'x'; END"),
                leakproof=False,
                **self.options(),
            ),
            Procedure(
                self.own("listed") + " 2",
                arguments=["INOUT n integer"] if has_result else [],
                language="sql",
                security_definer=self.maybe(),
                set=self.choose({}, {"search_path": ""}),
                body=f"DELETE FROM {main} WHERE id < 0{'; SELECT 1' if has_result else ''}",
                execute=self.choose(None, [WRITER]),
                **self.options(),
            ),
        ]

    def _add_aggregates(self) -> None:
        plus = Function(
            "plus",
            arguments=["a integer", "b integer"],
            returns="integer",
            language="sql",
            volatility="immutable",
            parallel="safe",
            body=self.choose("SELECT a + b", "SELECT b + a"),
            **self.options(),
        )
        self.objects += [
            plus,
            Aggregate(
                "sum 'up'",
                ["integer"],
                state_function=plus,
                state_type=integer,
                combine_function=self.choose(None, "pg_catalog.int4pl"),
                initial=self.choose(None, "0", "1"),
                parallel=self.choose("safe", "unsafe"),
                **self.options(),
            ),
        ]

    def _add_sequence(self) -> None:
        table = self.own("numbers") + " 2"
        numbers = NumberSequence(
            self.own("numbers") + " seq",
            type=self.choose("smallint", "integer", "bigint"),
            minimum=self.choose(None, -5),
            maximum=self.choose(None, 5000),
            start=self.choose(7, None),
            cache=self.choose(1, 9),
            unlogged=self.version >= 150000 and self.maybe(0.2),
            usage=self.choose(None, [READER]),
            **self.options(),
        )
        self.objects += [
            numbers,
            Table(
                table,
                columns=[Column("n", self.choose(integer, bigint), default=numbers.next_value())],
                force_row_security=self.perhaps(),
                constraints=[PrimaryKey("n")] if self.maybe() else [],
                **self.options(),
            ),
        ]

    def _add_default_privileges(self) -> None:
        role, schema = self.choose(READER, WRITER), self.choose(self.schema, None)
        option = self.maybe(0.3)
        for privileges in self.some(
            DefaultPrivileges(
                "sequences", role=OWNER, schema=schema, grants=[Grant("usage", to=role, grant_option=option)]
            ),
            DefaultPrivileges("functions", role=OWNER, schema=schema, grants=[Grant("execute", to=role)]),
            DefaultPrivileges("types", role=OWNER, grants=[Grant("usage", to=self.choose(role, "public"))]),
        ):
            self.objects.append(privileges)

    def _add_publication(self, main: Table) -> None:
        with_parts = self.version >= 150000 and self.maybe()
        self.objects.append(
            Publication(
                self.own("pub"),
                [
                    PublishedTable(
                        main,
                        columns=["id", "count"] if with_parts and self.maybe() else [],
                        where=self.choose("id > 1", "id <> 2") if with_parts else None,
                    )
                ],
                operations=self.choose(["insert"], ["insert", "truncate"]),
                via_partition_root=self.maybe(),
                comment=self.comment(),
            )
        )
