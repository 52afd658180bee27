"""Run the command line with `python -m schema_dsl`."""

from __future__ import annotations

from schema_dsl.cli import main

if __name__ == "__main__":
    main(prog_name="schema-dsl")
