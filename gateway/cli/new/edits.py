"""What a new service changes outside of its own folders: one line, beside its siblings."""

import re
from pathlib import Path

from gateway.cli.failure import Failure
from gateway.cli.new.names import Names
from gateway.cli.new.templates import Files

REGISTRY = "connectors/domain/service.py"
_LAST = re.compile(r'^    [A-Z0-9_]+ = "[a-z0-9_]+"\n\Z', re.MULTILINE)


def edited(root: Path, names: Names) -> Files:
    """The file that changes, as it is afterwards. Raises Failure where it has not the place for the line any more."""
    text = (root / REGISTRY).read_text(encoding="utf-8")
    if not _LAST.search(text):
        raise Failure(f"{REGISTRY} is not as this command knows it: there is no place for the line of a new service")
    return {REGISTRY: f'{text}    {names.constant} = "{names.name}"\n'}
