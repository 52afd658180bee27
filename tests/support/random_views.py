"""Random views on a table, and on each other."""

from __future__ import annotations

from collections.abc import Sequence

from random_builder import RandomBuilder
from specimen_parts import READER, WRITER

from schema_dsl import Index, MaterializedView, RewriteRule, View
from schema_dsl.sql import identifier, qualified


class RandomViews(RandomBuilder):
    """Builds the views."""

    def build(self, present: Sequence[str]) -> None:
        """Add some views.

        Args:
            present: The columns of the table.
        """
        choose = self.random.choice
        chosen = ["id", "count", *self.random.sample(present, self.random.randint(1, len(present)))]
        listed = ", ".join(f"m.{identifier(name)}" for name in chosen)
        source = self.name("main")
        if self.maybe(0.6):
            self.objects.append(
                View(
                    'a "view"',
                    f"SELECT {listed} FROM {source} AS m{choose(['', ' WHERE m.count > 1'])}",
                    security_barrier=self.maybe(0.3),
                    select=choose([None, [READER], [READER, WRITER]]),
                    column_comments=choose([{}, {"count": "How many; it's more than 0."}]),
                    **self.options(),
                )
            )
            first = str(qualified(self.schema, 'a "view"'))
            if self.maybe():
                self.objects.append(
                    View(
                        "upper view",
                        f"SELECT v.id, v.count{choose(['', ' + 1 AS count'])} FROM {first} AS v",
                        rules=[RewriteRule("no 'insert'", "insert", "NOTHING", instead=True)]
                        if self.maybe(0.3)
                        else [],
                        **self.options(),
                    )
                )
            if self.maybe(0.4):
                self.objects.append(
                    MaterializedView(
                        "stored 'rows'",
                        f"SELECT v.count, count(*) AS number FROM {first} AS v GROUP BY v.count",
                        indexes=[Index("count", unique=True, name="stored key")] if self.maybe() else [],
                        select=choose([None, [READER]]),
                        **self.options(),
                    )
                )
