"""Arguments that many fields share, described once."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from schema.scalars import Currency

First = Annotated[int | None, strawberry.argument(description="How many items at most: 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]
Before = Annotated[str | None, strawberry.argument(description="Only what comes before this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many items at most, counted from the end: 1 to 100.")]
Since = Annotated[datetime | None, strawberry.argument(description="Only what is not older than this.")]
To = Annotated[Currency, strawberry.argument(description="The currency wanted.")]
Base = Annotated[Currency, strawberry.argument(description="One unit of this currency…")]
Quote = Annotated[Currency, strawberry.argument(description="…is worth so much of this one.")]
OnDay = Annotated[date | None, strawberry.argument(description="The day whose rates count; the latest when left out.")]
Id = Annotated[strawberry.ID, strawberry.argument(description="An id that this graph gave.")]
