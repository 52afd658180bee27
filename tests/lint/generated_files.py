"""Generated files for tests of the second reader: the text, the definitions, and the changes that the file makes."""

from __future__ import annotations

import functools
from pathlib import Path

import attrs
import declared
import specimens
from specimen_parts import catalog

from schema_dsl.lint import Finding, Source
from schema_dsl.lint.second_reader import find_newest_generated
from schema_dsl.lint.second_reader.check import find_differences
from schema_dsl.model.catalog import Catalog
from schema_dsl.pipeline import open_project
from schema_dsl.plan import Difference, choose_steps, diff, plan_differences
from schema_dsl.render import Header, render
from schema_dsl.runner import RUNNERS

ROOT = Path(__file__).parents[2]
_UNDONE = ", undone"
_FROM_NOTHING = ", from nothing"
_WAYS = ("", _UNDONE, _FROM_NOTHING)


@attrs.frozen(eq=False)
class GeneratedFile:
    """A generated file.

    Attributes:
        text: The text.
        wanted: The definitions.
        changes: The changes that the file makes.
        is_whole: Whether the file is the first one over an empty database.
    """

    text: str
    wanted: Catalog
    changes: tuple[Difference, ...]
    is_whole: bool = False

    def compare(self, text: str | None = None, *, with_changes: bool = True) -> list[Finding]:
        """Compare the file, or another text for it, with the definitions.

        Args:
            text: The other text.
            with_changes: Whether the changes are known as to `generate`, or only as to `lint`, which knows those of
                the first file of a whole history.
        """
        source = Source.of(self.text if text is None else text, "001.sql")
        if with_changes:
            return find_differences([source], self.wanted, self.changes)
        compared = find_newest_generated([source], self.wanted, is_whole=self.is_whole)
        assert compared is not None
        return find_differences(compared.sources, compared.wanted, compared.changes)


def generate_file(before: Catalog, wanted: Catalog, runner: str = "psql-single-transaction") -> GeneratedFile:
    """Generate the file from one state to another, without a server."""
    changes = tuple(diff(before, wanted))
    header = Header(
        file="001.sql", title="T", purpose="", date="2026-01-01", definitions=wanted.fingerprint()
    )
    plan = choose_steps(plan_differences(changes, wanted.objects), RUNNERS[runner])
    return GeneratedFile(render(plan, wanted, header), wanted, changes)


def generate_first(wanted: Catalog) -> GeneratedFile:
    """Generate the first file of a project."""
    return attrs.evolve(generate_file(wanted.existing(), wanted), is_whole=True)


@functools.cache
def load_engagement() -> Catalog:
    """Load the engagement definitions."""
    return open_project(ROOT).wanted


def read_engagement() -> GeneratedFile:
    """Return the engagement migration as it is in the repository."""
    wanted = load_engagement()
    text = (ROOT / "generated" / "034_engagement_system.sql").read_text("utf-8")
    return GeneratedFile(text, wanted, tuple(diff(wanted.existing(), wanted)))


def generate_everything() -> GeneratedFile:
    """Generate a table that uses every feature of the model."""
    return generate_first(declared.everything_for(150000))


def list_specimens() -> list[str]:
    """List the names of the files that make each change of the specimens, undo it, and create the result."""
    return [f"{change}{way}" for change in specimens.CHANGES for way in _WAYS]


@functools.cache
def generate_specimen(name: str) -> GeneratedFile:
    """Generate the file with a name of `list_specimens`."""
    change, way = next((name.removesuffix(way), way) for way in reversed(_WAYS) if name.endswith(way))
    before, after = (catalog(*objects) for objects in specimens.CHANGES[change])
    if way == _UNDONE:
        return generate_file(after, before)
    return generate_first(after) if way == _FROM_NOTHING else generate_file(before, after)
