"""An extension in the schema that the API serves."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.positions import code_end, head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import option_text, options
from schema_dsl.lint.rule import Edit, Hit, Rule

# Installed by the platform, where IF NOT EXISTS passes over them; or with a schema of their own.
_THERE = frozenset({"pgcrypto", "uuid-ossp", "pg_stat_statements", "supabase_vault", "pg_graphql", "plpgsql"})
_OWN_SCHEMA = frozenset(
    {
        "pg_cron",
        "pg_net",
        "pg_tle",
        "pgmq",
        "pgsodium",
        "plpgsql",
        "postgis_tiger_geocoder",
        "postgis_topology",
        "supabase_vault",
        "pg_graphql",
    }
)


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    said = {name: option_text(value) for name, value in options(tree.options)}
    name = tree.extname
    default = "" if name in _OWN_SCHEMA else step.schema.creation_schema("")
    if said.get("schema", default) != "public" or (tree.if_not_exists and name in _THERE):
        return
    place = head(step.statement)
    end = code_end(step.statement)
    edits = () if said else (Edit(end, end, " WITH SCHEMA extensions"),)
    message = f"what {name} brings goes into public, where the API offers its functions to everybody"
    yield Hit(place.start, message, place.length, edits=edits)


RULE = Rule(
    name="extension-in-public",
    group="schema",
    level=Level.WARNING,
    summary="An extension is installed in schema public.",
    why=(
        "PUBLIC may execute an extension's functions, and the API serves every function of public as /rpc/name. Its "
        "names also get in the way of one's own, and of a dump of the schema."
    ),
    remedy="CREATE EXTENSION ... WITH SCHEMA extensions.",
    bad=(
        "CREATE EXTENSION IF NOT EXISTS citext;",
        "CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;",
    ),
    good=(
        "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA extensions;",
        "CREATE EXTENSION IF NOT EXISTS pgcrypto;",
        "CREATE EXTENSION IF NOT EXISTS pg_cron;",
    ),
    kinds=frozenset({"create_extension_stmt"}),
    statement=_check,
    platform="supabase",
    known_as=("splinter: 0014_extension_in_public",),
)
