"""What an engine knows of an operation before anybody asks for it: read, validated and measured, with its plans."""

from collections.abc import Hashable

from graphql import OperationDefinitionNode
from graphql.execution.collect_fields import FragmentDetails

from gateway.execution import conditions
from gateway.execution.documents import Document
from gateway.execution.inputs import Inputs
from gateway.execution.plan import Operation, Selection


class Ready:
    """One operation of a document, and its plans. `divided` is the document with `@defer` and `@stream` in it."""

    __slots__ = (
        "alone",
        "compiles",
        "deciding",
        "divided",
        "document",
        "fragments",
        "inputs",
        "kind",
        "marked",
        "measured",
        "name",
        "node",
        "plans",
    )

    def __init__(
        self, document: Document, node: OperationDefinitionNode, *, compiles: bool, divided: Document | None = None
    ) -> None:
        self.document = document
        self.divided = divided
        self.node = node
        self.kind = node.operation.value
        self.name = node.name.value if node.name else None
        self.measured = document.measure(node)
        self.deciding = conditions.deciding_variables(document.ast)
        self.inputs = Inputs(document.schema, node.variable_definitions or ())
        roots = [node, *document.fragments.values()]
        self.compiles = compiles and self.kind != "subscription"
        self.alone = self.kind != "query" or conditions.is_volatile(roots)
        self.fragments = {name: FragmentDetails(one, None) for name, one in document.fragments.items()}
        self.plans: dict[Hashable, tuple[Operation, Selection]] = {}
        self.marked = False  # whether its answers are kept with a mark

    @property
    def incremental(self) -> bool:
        """Whether it may be answered in parts."""
        return self.divided is not None
