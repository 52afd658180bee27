"""Read CREATE TEXT SEARCH DICTIONARY and CONFIGURATION."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names, option_text, options
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name, refuse
from schema_dsl.model.text_search_configuration import TextSearchConfiguration
from schema_dsl.model.text_search_dictionary import TextSearchDictionary
from schema_dsl.parsing import Node, Statement
from schema_dsl.sql import Sql, identifier


def read_name(node: Node) -> Sql:
    """Return the name in an option, such as that of a template, as SQL."""
    parts = names(node.type_name.names if node.HasField("type_name") else node.list.items)
    return Sql(".".join(map(identifier, parts)))


def read_dictionary(statement: Statement, declarations: SqlDeclarations) -> None:
    """Read the declaration of a dictionary.

    Raises:
        DefinitionError: If the dictionary has no template.
    """
    tree = statement.tree
    schema, name = read_qualified_name(tree.defnames)
    template = None
    found = {}
    for option, node in options(tree.definition):
        if option == "template":
            template = read_name(node)
        else:
            found[option] = option_text(node)
    if template is None:
        raise refuse(f"text search dictionary {name} has no template", "Write TEMPLATE = ....")
    identity = Identity("text_search_dictionary", schema, name)
    declarations.declare(
        identity, TextSearchDictionary, name=name, schema=schema, template=template, options=found
    )


def read_configuration(statement: Statement, declarations: SqlDeclarations) -> None:
    """Read the declaration of a configuration.

    Raises:
        DefinitionError: If the configuration is a copy: only the server knows its contents then.
    """
    tree = statement.tree
    schema, name = read_qualified_name(tree.defnames)
    for option, node in options(tree.definition):
        if option != "parser":
            raise refuse(
                f"text search configuration {name} is a copy of another one",
                'Write PARSER = "default", and ALTER TEXT SEARCH CONFIGURATION ... ADD MAPPING for its tokens.',
            )
        parser = read_name(node)
    identity = Identity("text_search_configuration", schema, name)
    declarations.declare(identity, TextSearchConfiguration, name=name, schema=schema, parser=parser)
