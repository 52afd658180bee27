"""The migrations folder: one reader for the layouts of all tools, and the files that schema-dsl writes there."""

from schema_dsl.migrations.file_name import FileName
from schema_dsl.migrations.generated import GeneratedMigration, join_forward
from schema_dsl.migrations.history import History
from schema_dsl.migrations.layouts import read_file_name
from schema_dsl.migrations.marks import NO_TRANSACTION_AT_START
from schema_dsl.migrations.migration import Migration, parse_date, read_allowed, rollback_path
from schema_dsl.migrations.nested import find_unread_folders
from schema_dsl.migrations.obstacles import find_obstacles, find_rare_placeholders
from schema_dsl.migrations.reading import is_no_sql, is_template, read_history
from schema_dsl.migrations.replay import find_replay_error, require_replayable
from schema_dsl.migrations.sections import Fault, Sections, read_sections
from schema_dsl.migrations.transactions import read_flyway_setting, runs_in_transaction
from schema_dsl.migrations.writing import write_atomically, write_migration

__all__ = [
    "NO_TRANSACTION_AT_START",
    "Fault",
    "FileName",
    "GeneratedMigration",
    "History",
    "Migration",
    "Sections",
    "find_obstacles",
    "find_rare_placeholders",
    "find_replay_error",
    "find_unread_folders",
    "is_no_sql",
    "is_template",
    "join_forward",
    "parse_date",
    "read_allowed",
    "read_file_name",
    "read_flyway_setting",
    "read_history",
    "read_sections",
    "require_replayable",
    "rollback_path",
    "runs_in_transaction",
    "write_atomically",
    "write_migration",
]
