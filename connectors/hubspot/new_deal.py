"""The body of a new deal: https://developers.hubspot.com/docs/api/crm/deals#create-deals."""

from datetime import date

from connectors.domain.crm import NewDeal
from connectors.hubspot import wire

_WITH_CONTACT = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}  # from a deal to a contact


def body(new: NewDeal, contact: str | None, pipelines: wire.Pipelines) -> dict[str, object]:
    """`contact`: the id of whom the deal is with, None for nobody."""
    amount = {"amount": f"{new.amount.amount:f}", "deal_currency_code": new.amount.currency} if new.amount else {}
    closes_on = {"closedate": _noon(new.closes_on)} if new.closes_on else {}
    properties = {"dealname": new.name} | _step(new.stage, pipelines) | amount | closes_on
    associations = [{"to": {"id": contact}, "types": [_WITH_CONTACT]}] if contact else []
    return {"properties": properties, "associations": associations}


def _step(stage: str | None, pipelines: wire.Pipelines) -> dict[str, str]:
    """A stage needs its pipeline beside it. What nobody calls a stage is left to HubSpot to refuse."""
    steps = pipelines.steps
    named = [step for step in steps if step[1].id == stage]
    called = [step for step in steps if stage and step[1].label.casefold() == stage.strip().casefold()]
    fitting = steps if stage is None else named or called
    if not fitting:
        return {"dealstage": stage} if stage else {}
    pipeline, first = fitting[0]
    return {"pipeline": pipeline.id, "dealstage": first.id}


def _noon(day: date) -> str:
    """Midnight in UTC would show as the day before everywhere west of Greenwich; noon is that day nearly everywhere."""
    return f"{day.isoformat()}T12:00:00.000Z"
