"""The tables in which migration tools record the migrations that ran."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.builtins import split_words

# Tables of Rails, sqlx, Prisma, Flyway, goose, dbmate, golang-migrate, Alembic, Django, Knex, Drizzle, TypeORM,
# Liquibase, Diesel, Sequelize, MikroORM, Kysely, node-pg-migrate, Entity Framework, sql-migrate, Phinx, Laravel, Ecto,
# Atlas, refinery, DbUp, postgrator, yoyo, Play, MyBatis, Bun and rambler.
_LEDGERS: Final = split_words(
    "schema_migrations ar_internal_metadata _sqlx_migrations _prisma_migrations flyway_schema_history schema_version "
    "goose_db_version alembic_version django_migrations knex_migrations knex_migrations_lock __drizzle_migrations "
    "typeorm_migrations databasechangelog databasechangeloglock __diesel_schema_migrations sequelizemeta "
    "mikro_orm_migrations kysely_migration kysely_migration_lock pgmigrations __efmigrationshistory gorp_migrations "
    "phinxlog migrations migration_versions atlas_schema_revisions refinery_schema_history schemaversion "
    "schemaversions _yoyo_log _yoyo_migration _yoyo_version yoyo_lock typeorm_metadata play_evolutions "
    "play_evolutions_lock changelog bun_migrations bun_migration_locks _migrations"
)


def is_migration_ledger(name: str) -> bool:
    """Return whether a migration tool records its migrations in a table of this name."""
    return name.lower() in _LEDGERS
