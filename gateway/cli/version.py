"""Which version runs."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """The version of the installed package; "from source" where it runs without being installed."""
    try:
        return installed("tributary-gateway")
    except PackageNotFoundError:
        return "from source"
