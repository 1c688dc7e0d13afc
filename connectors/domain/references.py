"""How a customer is named: by our id, and by another id in each service."""

from dataclasses import dataclass

from connectors.domain.service import Service


@dataclass(frozen=True, slots=True)
class ServiceLink:
    """Who a customer is in one service: `external_id` is that service's own spelling."""

    service: Service
    external_id: str


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """A customer's id in the store and what the services call them. Hashable: loaders are keyed by it."""

    id: str
    links: tuple[ServiceLink, ...] = ()

    def __hash__(self) -> int:
        """Of the id alone: two references to one customer with different links differ all the same."""
        return hash(self.id)

    def link(self, service: Service) -> str | None:
        """The id of this customer in `service`; None where they are not linked."""
        return next((link.external_id for link in self.links if link.service is service), None)
