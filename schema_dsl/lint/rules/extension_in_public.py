"""An extension is installed in schema public."""

from __future__ import annotations

from schema_dsl.analysis.trees import option_text, options
from schema_dsl.lint.facts.positions import find_code_end, find_first_line
from schema_dsl.lint.rule import Edit, HistoryStep, Hits, Level, Rule

# The platform installs these extensions, so CREATE EXTENSION IF NOT EXISTS skips them.
_PREINSTALLED = frozenset(
    {"pgcrypto", "uuid-ossp", "pg_stat_statements", "supabase_vault", "pg_graphql", "plpgsql"}
)
# These extensions create their own schema.
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


def _check(step: HistoryStep) -> Hits:
    tree = step.tree
    written_options = {name: option_text(value) for name, value in options(tree.options)}
    name = tree.extname
    default = "" if name in _OWN_SCHEMA else step.schema.creation_schema("")
    if written_options.get("schema", default) != "public" or (tree.if_not_exists and name in _PREINSTALLED):
        return
    end = find_code_end(step.statement)
    edits = () if written_options else (Edit(end, end, " WITH SCHEMA extensions"),)
    message = f"{name} installs its objects in public, where the API exposes its functions to everybody"
    yield find_first_line(step.statement).hit(message, edits=edits)


RULE = Rule(
    group="schema",
    level=Level.WARNING,
    why=(
        "PUBLIC may execute the functions of an extension, and the API serves every function in public as "
        "/rpc/name. The objects of the extension also occupy names in public, and complicate a dump of the schema."
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
