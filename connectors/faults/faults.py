"""The faults of several services, and which calls they hit. Nothing here sends anything."""

from collections.abc import Mapping, Sequence
from random import Random

from connectors.domain.service import Service
from connectors.faults.fault import Fault
from connectors.faults.text import parse


class Faults:
    """The faults of some services, which can be changed while calls are made. Which calls are hit is repeatable."""

    def __init__(self, services: Sequence[Service], given: str | Mapping[str, str] = "") -> None:
        """`given` is as in `set`."""
        self._services = tuple(services)
        self.set(given)

    def set(self, given: str | Mapping[str, str]) -> None:
        """Replaces all of them, and starts the series of hits anew. Raises FaultsError, and changes nothing then.

        `given` is a text, or the text of each service by its name: `{"stripe": "latency=2s"}`.
        """
        self._faults = parse(given, self._services)
        self._random = {service: Random(service) for service in self._faults}  # noqa: S311 - hits are to be repeatable

    def clear(self) -> None:
        """From now on everything is well."""
        self.set("")

    def strike(self, service: Service) -> Fault | None:
        """What happens to the call that is made now; None where nothing does."""
        fault = self._faults.get(service)
        return fault if fault is not None and self._random[service].random() < fault.rate else None

    def by_service(self) -> dict[str, str]:
        """How they are written, by service."""
        return {service.value: str(fault) for service, fault in self._faults.items()}

    def __str__(self) -> str:
        """All of them as one text, empty where there are none."""
        return ";".join(f"{service}:{fault}" for service, fault in self.by_service().items())
