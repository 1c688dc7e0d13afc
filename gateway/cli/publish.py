"""`tributary publish`: operations into the collection of the store from which gateways take the trusted ones."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from rich.text import Text

from connectors.mongo.operations import digest
from gateway import settings
from gateway.cli import store, terminal
from gateway.cli.failure import Failure, explained
from gateway.cli.operation_file import Explainer, told
from gateway.execution.operation import UnfitError
from gateway.http import manifest
from gateway.http.manifest import DocumentsError
from gateway.operations import TRUSTED, collection_of


def run(path: Path, collection: str | None) -> None:
    """Prints a line for each operation. Nothing is published where one of them is wrong."""
    with explained():
        read = settings.load()
        where = collection or read.operations.collection
        if where is None or collection_of(f"mongodb:{where}") is None:
            raise Failure("There is no collection to publish to", f"--collection NAME, or {TRUSTED.name}=mongodb:NAME")
        documents = _documents(path, Explainer(read.operations.limits))
        if read.mongodb_uri is None:
            raise Failure("MONGODB_URI is required: where the gateways have their store")
        changed = asyncio.run(_published(read.mongodb_uri.get_secret_value(), where, documents))
        _print(where, changed)


def _documents(path: Path, explainer: Explainer) -> Mapping[str, str]:
    """By name. Raises Failure with all that is wrong with them, in themselves or for the graph."""
    try:
        documents = manifest.read(path)
    except DocumentsError as wrong:
        raise Failure(f"{path} cannot be published:", *wrong.problems) from None
    problems: list[str] = []
    names: dict[str, str] = {}
    for name, text in documents.items():
        if (other := names.setdefault(digest(text), name)) != name:
            problems.append(f"{name}: it is the same document as {other}")
        try:
            explainer.document(text)
        except UnfitError as unfit:
            problems += [f"{name}: {line}" for line in told(unfit.errors)]
    if problems:
        raise Failure(f"{path} cannot be published:", *problems)
    return documents


async def _published(uri: str, collection: str, documents: Mapping[str, str]) -> dict[str, bool]:
    """Which of them are new there, or changed."""
    opened = store.opened(uri)
    try:
        operations = opened.operations(collection)
        return {name: await operations.publish(name, text) for name, text in documents.items()}
    finally:
        await opened.close()


def _print(collection: str, changed: Mapping[str, bool]) -> None:
    for name, is_new in changed.items():
        terminal.show(Text.assemble(("+ ", "bold green"), name) if is_new else Text(f"= {name}", style="dim"))
    count = sum(changed.values())
    terminal.show(Text(f"{count} published in {collection}, {len(changed) - count} were there already"))
