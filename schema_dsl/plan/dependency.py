"""Dependencies between objects, as data: the dependent, the referenced object, and the reaction to a replacement."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.names import column_identity


class OnReplace(enum.Enum):
    """The effect on the dependent when the referenced object is replaced, altered in a breaking way, or dropped.

    Attributes:
        RECREATE: The plan drops the dependent before the change and creates it after the change.
        CASCADE: DROP of the object drops the dependent as well. For an alteration, as RECREATE: the values that
            Postgres stored for the old object, such as the type of a constant, would not fit the new one.
        FOLLOW: DROP of the object drops the dependent as well. Postgres rebuilds it with an alteration.
        ADAPT: The statement that replaces the object also converts the dependent, such as a column of a replaced
            type. Postgres refuses to drop the object.
        RESTORE: The plan removes the part that names the object, such as a default, before the change, and restores it
            after the change. Postgres refuses to drop the object.
        OWNED: DROP of the object drops the dependent as well, if the plan drops both. Otherwise as UNTOUCHED.
        UNTOUCHED: The dependent stays as it is.
    """

    RECREATE = "recreate"
    FOLLOW = "follow"
    CASCADE = "cascade"
    ADAPT = "adapt"
    RESTORE = "restore"
    OWNED = "owned"
    UNTOUCHED = "untouched"

    @property
    def drops_dependent(self) -> bool:
        """Return whether DROP of the referenced object also drops the dependent."""
        return self in {OnReplace.FOLLOW, OnReplace.CASCADE, OnReplace.OWNED}

    @property
    def blocks_drop(self) -> bool:
        """Return whether Postgres refuses to drop the referenced object, and the plan removes the references."""
        return self in {OnReplace.RECREATE, OnReplace.RESTORE}

    @property
    def keeps_dependent(self) -> bool:
        """Return whether the dependent stays as it is when the referenced object changes."""
        return self in {OnReplace.OWNED, OnReplace.UNTOUCHED}


class DependencySource(enum.Enum):
    """The origin of the knowledge about a dependency.

    A plan needs the dependencies of both states, and those of function bodies, which pg_depend does not record. So both
    states take them from declarations and SQL; a test compares them with pg_depend.
    """

    PARENT = "parent"
    SURROUNDINGS = "surroundings"
    DECLARED = "declared"
    PARSED = "parsed"


@attrs.frozen(kw_only=True)
class Dependency:
    """A dependency of one object on another.

    Attributes:
        dependent: The object that needs the other one.
        referenced: The object that must exist.
        required: Whether the dependent cannot be created without the referenced object. A cycle may cut a dependency
            that is not required.
        on_replace: The reaction of the dependent.
        source: The origin of the knowledge about the dependency.
    """

    dependent: Identity
    referenced: Identity
    required: bool = True
    on_replace: OnReplace = OnReplace.RECREATE
    source: DependencySource = DependencySource.DECLARED

    @property
    def precedes_creation(self) -> bool:
        """Return whether the dependent cannot exist before the referenced object; the body of a function can."""
        is_late = self.on_replace is OnReplace.UNTOUCHED and self.source is DependencySource.PARSED
        return not is_late and self.on_replace is not OnReplace.OWNED


def depend_on_columns(
    identity: Identity, names: Iterable[str], on_replace: OnReplace = OnReplace.RECREATE
) -> Iterator[Dependency]:
    """Yield the dependencies of a part of a relation on columns of that relation."""
    for name in names:
        yield Dependency(
            dependent=identity, referenced=column_identity(identity, name), on_replace=on_replace
        )
