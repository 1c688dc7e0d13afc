"""The examples of docs/operations: GraphiQL opens them as tabs, so each must say what it shows and must run."""

import json
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    parse,
    validate,
)

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "operations"
SNAPSHOT = ROOT / "schema" / "schema.graphql"
EXAMPLES = sorted(FOLDER.glob("*.graphql"))
DEPTH = 10
TOKENS = 1000

each = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def operation(document: DocumentNode) -> OperationDefinitionNode:
    (found,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return found


def variables(path: Path) -> dict[str, object]:
    file = path.with_suffix(".variables.json")
    found = json.loads(file.read_text()) if file.exists() else {}
    assert isinstance(found, dict)
    return found


def depth(selections: SelectionSetNode | None, fragments: dict[str, SelectionSetNode]) -> int:
    """Levels of fields; a fragment counts where it is spread."""
    levels = [0]
    for node in selections.selections if selections else ():
        if isinstance(node, FragmentSpreadNode):
            levels.append(depth(fragments[node.name.value], fragments))
        else:
            assert isinstance(node, FieldNode)
            levels.append(1 + depth(node.selection_set, fragments))
    return max(levels)


def test_the_first_example_is_the_one_that_the_readme_shows() -> None:
    assert EXAMPLES[0].name == "01-first-look.graphql"


def test_file_names_are_numbered_in_the_order_of_the_tabs() -> None:
    assert [path.name[:2] for path in EXAMPLES] == [f"{number:02}" for number in range(1, len(EXAMPLES) + 1)]


@each
def test_an_example_says_first_what_it_shows(path: Path) -> None:
    comment = path.read_text().split("query ", maxsplit=1)[0].splitlines()
    assert comment
    assert all(line.startswith("# ") for line in comment)
    assert max(map(len, comment)) <= 62, "wider than GraphiQL's editor"


@each
def test_an_example_is_one_named_query_within_the_limits_of_the_gateway(path: Path) -> None:
    document = parse(path.read_text(), max_tokens=TOKENS)
    found = operation(document)
    fragments = {
        node.name.value: node.selection_set for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    assert found.name is not None
    assert 1 < depth(found.selection_set, fragments) <= DEPTH


@each
def test_an_example_comes_with_the_variables_that_it_needs(path: Path) -> None:
    declared = operation(parse(path.read_text())).variable_definitions or ()
    required = {node.variable.name.value for node in declared if isinstance(node.type, NonNullTypeNode)}
    assert required <= set(variables(path)) <= {node.variable.name.value for node in declared}


def test_variables_belong_to_an_example() -> None:
    owners = {file.name.removesuffix(".variables.json") for file in FOLDER.glob("*.variables.json")}
    assert owners <= {path.stem for path in EXAMPLES}


@pytest.mark.skipif(not SNAPSHOT.is_file(), reason="schema/schema.graphql has not been written yet")
@each
def test_an_example_fits_the_schema(path: Path) -> None:
    assert validate(build_schema(SNAPSHOT.read_text()), parse(path.read_text())) == []
