"""Write the objects of a database as a folder of definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import TYPE_KINDS, Identity
from schema_dsl.importing.assembly import (
    AssembledRoot,
    assemble,
    find_key,
    simplify_references,
)
from schema_dsl.importing.columns import choose_shared_columns, find_target
from schema_dsl.importing.conditions import choose_shared_conditions
from schema_dsl.importing.default_privileges import explain_default_privileges, name_default_privileges
from schema_dsl.importing.existing import choose_columns, declare_foreign, list_platform_tables
from schema_dsl.importing.expressions import write_constant_tuple
from schema_dsl.importing.grants import choose_shared_grants
from schema_dsl.importing.links import follow
from schema_dsl.importing.module import DefinitionsModule
from schema_dsl.importing.names import NameWriter
from schema_dsl.importing.object_order import list_targets, sort_roots
from schema_dsl.importing.python import PythonCall, PythonNode, assign, quote
from schema_dsl.importing.routines import choose_routine_files
from schema_dsl.importing.shared import SHARED, SharedFunction, SharedValue
from schema_dsl.importing.source import SourceWriter
from schema_dsl.importing.subjects import choose_modules, describe_reach, sort_modules
from schema_dsl.importing.triggers import choose_shared_triggers
from schema_dsl.importing.values import UnwritableError, ValueWriter
from schema_dsl.importing.variables import VariableNames, to_variable
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.extension import Extension
from schema_dsl.model.privilege import Privilege
from schema_dsl.model.role import Role
from schema_dsl.model.sequence import Sequence
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Trigger
from schema_dsl.model.type import named_type
from schema_dsl.plan.state import State
from schema_dsl.platforms import Platform

_ROLES: Final = "roles"


@attrs.frozen
class WrittenDefinitions:
    """The modules of a folder of definitions.

    Attributes:
        texts: The text of each module and file of SQL, by its path.
        unwritable: The objects that are left out, each with the reason.
        variables: The objects, by the name of the variable.
    """

    texts: Mapping[str, str]
    unwritable: Mapping[Identity, str]
    variables: Mapping[str, Identity]


def write_definitions(
    catalog: Catalog,
    platform: Platform,
    roles: Iterable[Role] = (),
    *,
    plain: Collection[Identity] = (),
) -> WrittenDefinitions:
    """Write the objects of a database as Python modules.

    Args:
        catalog: The objects.
        platform: The platform, whose tables are not declared again.
        roles: The roles that privileges and policies name.
        plain: The parts that keep their names and the text of Postgres, and the objects of which all parts do.
    """
    return _FolderWriter(catalog, platform, tuple(roles), frozenset(plain)).write()


class _FolderWriter:
    """Writes one folder."""

    def __init__(
        self, catalog: Catalog, platform: Platform, roles: tuple[Role, ...], plain: frozenset[Identity]
    ) -> None:
        self.platform = platform
        self.roles = roles
        state = State(catalog.objects)
        used = {
            dependency.referenced
            for identity in catalog.objects
            for dependency in state.dependencies(identity)
        }
        found = [choose_columns(root, used, platform) for root in assemble(catalog.objects, plain)]
        found += declare_foreign(found, platform)
        keys = {root.identity.relation: columns for root in found for columns in [find_key(root)] if columns}
        keys |= {
            root.identity.relation: root.item.primary_key_columns
            for root in found
            if getattr(root.item, "existing", None) and root.item.kind == "table"
        }
        keys |= {
            (table.schema, table.name): table.primary_key_columns
            for table in platform.tables
            if (table.schema, table.name) not in keys
        }
        self.roots = [simplify_references(root, keys) for root in found]
        self.homes = choose_modules(self.roots, state)
        self.reach = describe_reach(self.homes, state)
        targets = list_targets(self.roots, state)
        self.order = sort_modules(self.homes, targets)
        self.sequence = sort_roots(self.roots, self.homes, self.order, targets)
        self.platform_tables = list_platform_tables(platform)
        self.variable_names = VariableNames({*self.platform_tables.values()})
        named = name_default_privileges(self.sequence)
        self.variables = {
            identity: self.variable_names.choose(
                [named[identity]] if identity in named else _suggest_variables(root),
                identity.kind,
                identity.schema,
            )
            for root in self.sequence
            for identity in [root.identity]
        }
        self.files = choose_routine_files(self.sequence, self.variables, plain)
        self.types = {
            str(named_type(identity.name, schema=identity.schema).sql): identity
            for identity in self.variables
            if identity.kind in TYPE_KINDS
        } | {
            str(named_type(identity.name, schema=root.item.schema).sql): identity
            for root in self.sequence
            for identity in [root.identity]
            if identity.kind == Extension.kind
        }
        self.sequences = {
            str(root.item.next_value()): root.identity for root in found if isinstance(root.item, Sequence)
        }
        self.constants = self._choose_constants()
        taken = (name for names in self.constants.values() for name in names.values())
        self.shared = choose_shared_grants(self.roots) | choose_shared_conditions(
            self.roots, self.homes, self.order, platform, taken
        )
        tables = [root for root in self.roots if root.identity.kind == Table.kind]
        granted = sum(Privilege.kind in root.parts for root in tables)
        self.most_have_grants = 2 * granted > len(tables)
        self.shared_columns: Mapping[Column, SharedFunction] = {}
        self.shared_triggers: Mapping[Trigger, SharedFunction] = {}

    def write(self) -> WrittenDefinitions:
        """Return the modules, where a variable may have a name of schema_dsl that its modules do not use."""
        modules, unwritable = self._write_modules()
        shortened = dict(self._shorten_variables(modules))
        if shortened:
            self.variables |= shortened
            modules, unwritable = self._write_modules()
        if self.roles:
            modules[_ROLES] = self._write_roles()
        texts = {"__init__.py": '"""The definitions of the schema."""\n'} if modules else {}
        texts |= {
            f"{name}.py": module.write(name, self.platform.name, reach=self.reach.get(name, ""))
            for name, module in sorted(modules.items())
        }
        texts |= {file.path: file.text for identity, file in self.files.items() if identity not in unwritable}
        by_name = {name: identity for identity, name in self.variables.items()}
        return WrittenDefinitions(texts, unwritable, by_name)

    def _shorten_variables(self, modules: Mapping[str, DefinitionsModule]) -> Iterable[tuple[Identity, str]]:
        """Yield the objects whose variables may have the shorter name of the object, with that name."""
        for root in self.sequence:
            identity, home = root.identity, self.homes[root.identity]
            variable = self.variables[identity]
            taken = {
                name
                for module_name, module in modules.items()
                if module_name == home or variable in module.others.get(home, ())
                for name in module.names
            }
            name = self.variable_names.shorten(variable, identity.name, taken)
            if name != variable and identity not in self.files:
                yield identity, name

    def _write_modules(self) -> tuple[dict[str, DefinitionsModule], dict[Identity, str]]:
        """Return the modules, and the objects that are left out, each with the reason."""
        self.shared_columns, self.shared_triggers = {}, {}
        self.shared_triggers = choose_shared_triggers(
            self.roots, self.homes, self._write_shared_trigger, {*self.variables.values()}
        )
        self.shared_columns = choose_shared_columns(
            self.roots, self._find_home_of_column, self._write_shared_column, {*self.variables.values()}
        )
        modules: dict[str, DefinitionsModule] = {}
        unwritable: dict[Identity, str] = {}
        written: set[Identity] = set()
        used: set[str] = set()
        for root in self.sequence:
            home = self.homes[root.identity]

            def is_usable(identity: Identity) -> bool:
                return identity in written

            writer = self._build_writer(home, is_usable)
            try:
                node = writer.write_root(root)
            except UnwritableError as error:
                unwritable[root.identity] = str(error)
                continue
            written.add(root.identity)
            module = modules.setdefault(home, DefinitionsModule())
            above = explain_default_privileges(root.item) if isinstance(root.item, DefaultPrivileges) else ""
            module.statements.append(above + assign(self.variables[root.identity], node))
            module.kinds[root.identity.kind] += 1
            if isinstance(root.item, Table):
                module.tables.append(root)
            self._add_names(module, home, writer.names)
            used |= writer.names.used_shared
        for each in reversed(self._list_functions()):
            if each.module != SHARED and each.target is not None and each.name in used:
                module = modules[each.module]
                module.add_function(each.write(), after=self.variables[each.target])
                module.names |= each.imports
        self._add_shared(modules, used, written)
        return modules, unwritable

    def _build_writer(self, home: str, is_usable: Callable[[Identity], bool]) -> SourceWriter:
        names = NameWriter(
            variables=self.variables,
            types=self.types,
            sequences=self.sequences,
            is_usable=is_usable,
            constants=self.constants.get(home, {}),
            platform_tables=self.platform_tables,
        )
        return SourceWriter(
            values=ValueWriter(names, self.shared),
            platform=self.platform,
            shared=self.shared,
            shared_columns=self.shared_columns,
            shared_triggers=self.shared_triggers,
            files=self.files,
            writes_no_grants=self.most_have_grants,
        )

    def _list_shared(self) -> Iterable[SharedValue]:
        return (*self.shared.values(), *self._list_functions())

    def _list_functions(self) -> list[SharedFunction]:
        return [*self.shared_columns.values(), *self.shared_triggers.values()]

    def _find_home_of_column(self, target: Identity | None) -> str | None:
        """Return the module for a column that refers to a table, or to none; None for a table without a variable."""
        if target is None or target.relation in self.platform_tables:
            return SHARED
        return self.homes.get(target)

    def _write_shared_column(self, column: Column) -> tuple[PythonNode, NameWriter]:
        target = find_target(column)
        writer = self._build_writer(SHARED, lambda identity: identity == target)
        return writer.values.write(column), writer.names

    def _write_shared_trigger(self, trigger: Trigger, target: Identity) -> tuple[PythonNode, NameWriter]:
        writer = self._build_writer(self.homes[target], lambda identity: identity == target)
        return writer.values.write(trigger), writer.names

    def _add_shared(
        self, modules: dict[str, DefinitionsModule], used: Collection[str], written: Collection[Identity]
    ) -> None:
        """Add the shared values that are used, and those that they require, to their modules.

        Args:
            modules: The modules.
            used: The names of the values that are used.
            written: The objects of the modules.
        """
        values = {each.name: each for each in self._list_shared()}
        needed = {each for name in used for each in follow(name, lambda name: values[name].requires)}
        for each in values.values():
            if each.name not in needed or (isinstance(each, SharedFunction) and each.module != SHARED):
                continue
            module = modules.setdefault(each.module, DefinitionsModule())
            module.names |= each.imports
            module.of_platform |= each.of_platform
            if each.module == SHARED:
                module.kinds[_name_kind(each)] += 1
                module.statements.append(each.write())
            elif each.calls is not None and each.calls in written:
                module.callers.setdefault(self.variables[each.calls], []).append(each.write())
            else:
                module.constants.append(each.write())
            for name in each.requires:
                if values[name].module != each.module:
                    module.others.setdefault(values[name].module, set()).add(name)

    def _add_names(self, module: DefinitionsModule, home: str, used: NameWriter) -> None:
        """Add the constants and the imports that an object uses to its module."""
        for values, name in self.constants.get(home, {}).items():
            text = assign(name, write_constant_tuple(values))
            if name in used.used_constants and text not in module.constants:
                module.constants.append(text)
        module.names |= used.used
        module.of_platform |= used.used_of_platform
        for each in self._list_shared():
            if each.name in used.used_shared and each.module != home:
                module.others.setdefault(each.module, set()).add(each.name)
        for identity in used.needed:
            if self.homes[identity] != home:
                module.others.setdefault(self.homes[identity], set()).add(self.variables[identity])

    def _choose_constants(self) -> dict[str, dict[tuple[Any, ...], str]]:
        """Return the names of value lists that several checks of a module share, by the module."""
        found: dict[str, dict[tuple[Any, ...], str]] = {}
        counts: dict[str, Counter[tuple[Any, ...]]] = {}
        columns: dict[tuple[str, tuple[Any, ...]], list[str]] = {}
        for root in self.roots:
            module = self.homes[root.identity]
            for column, conditions in root.conditions.items():
                for condition in conditions:
                    if condition.helper == "one_of":
                        counts.setdefault(module, Counter())[condition.arguments] += 1
                        columns.setdefault((module, condition.arguments), []).append(column)
        for module, counter in counts.items():
            for values, number in counter.items():
                if number > 1:
                    names = found.setdefault(module, {})
                    base = to_variable(_find_common_name(columns[module, values])).upper()
                    base = f"{base}ES" if base.endswith("S") else f"{base}S"
                    name, suffix = base, 2
                    while name in names.values():
                        name, suffix = f"{base}_{suffix}", suffix + 1
                    names[values] = name
        return found

    def _write_roles(self) -> DefinitionsModule:
        module = DefinitionsModule(names={"Role"})
        names = VariableNames({*self.variables.values()})
        for role in self.roles:
            keywords: dict[str, PythonNode] = (
                {"bypasses_row_security": "True"} if role.bypasses_row_security else {}
            )
            variable = names.choose([role.name], "role", "")
            module.statements.append(assign(variable, PythonCall("Role", (quote(role.name),), keywords)))
        return module


def _name_kind(value: SharedValue) -> str:
    """Return the kind of a shared value, in the plural."""
    if isinstance(value, SharedFunction):
        return "columns"
    return "grants" if "Grant" in value.imports else "conditions"


def _suggest_variables(root: AssembledRoot) -> tuple[str, ...]:
    """Return the names of an object. An existing table also has a name with its schema: `auth_users`."""
    identity, item = root.identity, root.item
    is_ours = getattr(item, "existing", None) is None or not identity.schema
    return (identity.name,) if is_ours else (f"{identity.schema}_{identity.name}", identity.name)


def _find_common_name(names: Iterable[str]) -> str:
    """Return the words with which all names end, or the first name: `status` of `old_status` and `new_status`."""
    words = [name.split("_") for name in names]
    common: list[str] = []
    for ends in zip(*(reversed(each) for each in words), strict=False):
        if len(set(ends)) > 1:
            break
        common.insert(0, ends[0])
    return "_".join(common) or "_".join(words[0])
