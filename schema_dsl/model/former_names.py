"""Refuse former names that no migration can follow: objects that exchange their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import format_origin


def require_no_exchange(objects: Mapping[Identity, Any]) -> None:
    """Raise DefinitionError if objects have each other's names in `renamed_from=`.

    All of these names exist before and after, so a second run could not detect whether the objects have been renamed.
    """
    former = {
        identity: attrs.evolve(identity, name=item.renamed_from)
        for identity, item in objects.items()
        if getattr(item, "renamed_from", None)
    }
    for identity in former:
        ring = [identity]
        while ring[-1] in former and former[ring[-1]] not in ring:
            ring.append(former[ring[-1]])
        if former.get(ring[-1]) == identity:
            names = " and ".join(map(str, ring))
            raise DefinitionError(
                f"{names} exchange their names"
                if len(ring) > 1
                else f'{names} has renamed_from="{identity.name}", which is its own name',
                where=format_origin(objects[identity]),
                instead=(
                    "A second run could not tell whether they have been renamed. Give one of them a third name in a"
                    " first migration, and the final names in the next one."
                    if len(ring) > 1
                    else "Remove renamed_from=."
                ),
            )
