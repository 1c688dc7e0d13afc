"""Who is calling, as the graph shows them."""

import strawberry

from schema.principal import ANONYMOUS, Principal


@strawberry.type(description="Who is calling.")
class Viewer:
    """What is known of them."""

    id: strawberry.ID = strawberry.field(description="Stable, and told from every other caller's.")
    name: str = strawberry.field(description="What they are called.")
    roles: list[str] = strawberry.field(description="What they are here.")
    scopes: list[str] = strawberry.field(description="What they may do.")

    @classmethod
    def of(cls, principal: Principal) -> "Viewer | None":
        """None for somebody of whom nothing is known."""
        if principal == ANONYMOUS:
            return None
        id = strawberry.ID(principal.id)
        return cls(id=id, name=principal.name, roles=list(principal.roles), scopes=list(principal.scopes))
