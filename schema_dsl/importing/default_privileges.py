"""Name default privileges by their differences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.grant import PUBLIC_ROLE
from schema_dsl.model.privilege import Privilege

_VERBS: Final = {"functions": "execute", "types": "use"}


def name_default_privileges(roots: Iterable[AssembledRoot]) -> dict[Identity, str]:
    """Return the variables of default privileges: `default_table_privileges`, or `no_function_privileges` of none.

    If several concern the same class of objects, the name also has the role or the schema, where these differ.
    """
    groups: dict[str, list[AssembledRoot]] = {}
    for root in roots:
        if isinstance(root.item, DefaultPrivileges):
            start = "default" if root.item.grants else "no"
            groups.setdefault(f"{start}_{root.item.on.removesuffix('s')}_privileges", []).append(root)
    found: dict[Identity, str] = {}
    for name, group in groups.items():
        has_roles = len({root.item.role for root in group}) > 1
        has_schemas = len({root.item.schema for root in group}) > 1
        for root in group:
            role = f"_of_{root.item.role}" if has_roles else ""
            place = f"_in_{root.item.schema or 'all_schemas'}" if has_schemas else ""
            found[root.identity] = to_variable(f"{name}{role}{place}")
    return found


def explain_default_privileges(item: DefaultPrivileges) -> str:
    """Return the comment above default privileges that revoke built-in privileges of PUBLIC; empty if none do."""
    if item.schema or Privilege(PUBLIC_ROLE) not in item.privileges:
        return ""
    may = f"{_VERBS[item.on]} new {item.on}"
    return f"# PUBLIC may {may}, unless default privileges of all schemas revoke it.\n"
