"""An extension is installed in schema public."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.trees import option_text, options
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.positions import find_code_end, find_first_line
from schema_dsl.lint.rule import (
    Edit,
    FinalState,
    HistoryStep,
    Hit,
    Hits,
    Level,
    LocatedHit,
    LocatedHits,
    Rule,
)

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


# The extensions that CREATE EXTENSION put into public, with the hit that each is.
_IN_PUBLIC: HistoryCache[dict[str, LocatedHit]] = HistoryCache(dict)


def _note(step: HistoryStep) -> Hits:
    """Note the search path of a CREATE EXTENSION, which the state of the history does not keep."""
    found = _IN_PUBLIC.get(step.schema)
    if step.kind == "create_extension_stmt":
        for hit in _find_hits(step):
            found[step.tree.extname] = LocatedHit(step, hit)
    else:
        for effect in effects(step.statement):
            if effect.identity.kind == "extension" and effect.verb in {"drop", "move"}:
                found.pop(effect.identity.name, None)
    return ()


def _check(final_state: FinalState) -> LocatedHits:
    return _IN_PUBLIC.get(final_state.schema).values()


def _find_hits(step: HistoryStep) -> Iterator[Hit]:
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
    kinds=frozenset({"create_extension_stmt", "alter_object_schema_stmt", "drop_stmt"}),
    statement=_note,
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0014_extension_in_public",),
)
