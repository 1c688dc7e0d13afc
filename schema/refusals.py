"""Why an input was refused, as payloads tell it."""

import strawberry


@strawberry.type(description="Why an input was refused.")
class UserError:
    """For whoever filled in the input."""

    path: list[str] = strawberry.field(description="The argument, and the field in it, that is to blame.")
    message: str = strawberry.field(description="What is wrong with it.")
