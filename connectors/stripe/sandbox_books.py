"""What the imitated Stripe account has on its books, each body made up from its place in time."""

from connectors.seed.codes import BASE62, Code
from connectors.seed.people import STRIPE_CUSTOMER, People, Person
from connectors.seed.timeline import Event, Timeline

Body = dict[str, object]

CHARGE = Code("ch_3", BASE62, 23)
INVOICE = Code("in_1", BASE62, 23)
SUBSCRIPTION = Code("sub_1", BASE62, 23)
REFUND = Code("re_3", BASE62, 23)
_PRICE = Code("price_1", BASE62, 23)
_PRODUCT = Code("prod_", BASE62, 14)
_ITEM = Code("si_", BASE62, 14)

_WHAT = ("Starter plan", "Team plan", "Extra seats", "Onboarding", "Support hours", "Annual licence")
_RATE_PER_USD = {"JPY": 150, "INR": 83, "NGN": 1500, "TRY": 34, "SEK": 10, "MXN": 18, "BRL": 5, "PLN": 4}
_MINOR = {"JPY": 1}
_MONTH = 30 * 24 * 3600  # seconds


class Books:
    """Charges, invoices, subscriptions; refunds are kept, everything else is computed."""

    def __init__(self, people: People) -> None:
        self.charges = Timeline(people, "charge", each=8, days=365)
        self.invoices = Timeline(people, "invoice", each=4, days=365)
        self.subscriptions = Timeline(people, "subscription", each=2, days=700, gap=3)
        self._now = people.now
        self._refunds: dict[int, int] = {}
        self._made = 0

    def charge(self, event: Event) -> Body:
        """https://docs.stripe.com/api/charges/object."""
        draw = event.draw()
        amount = _amount(event)
        status = draw.choices(("succeeded", "failed", "pending"), (90, 7, 3))[0]
        refunded = self._refunded(event, status, amount)
        return {
            "id": CHARGE.encode(event.number),
            "object": "charge",
            "amount": amount,
            "amount_captured": amount if status == "succeeded" else 0,
            "amount_refunded": refunded,
            "billing_details": {"address": None, "email": event.person.email, "name": event.person.name, "phone": None},
            "captured": status == "succeeded",
            "created": int(event.at.timestamp()),
            "currency": event.person.country.currency.lower(),
            "customer": STRIPE_CUSTOMER.encode(event.person.number),
            "description": draw.choice(_WHAT),
            "disputed": False,
            "livemode": False,
            "metadata": {},
            "paid": status == "succeeded",
            "refunded": bool(refunded) and refunded == amount,
            "status": status,
        }

    def customer(self, person: Person) -> Body:
        """https://docs.stripe.com/api/customers/object."""
        return {
            "id": STRIPE_CUSTOMER.encode(person.number),
            "object": "customer",
            "created": int(person.created_at.timestamp()),
            "currency": person.country.currency.lower(),
            "email": person.email,
            "livemode": False,
            "metadata": {},
            "name": person.name,
        }

    def refundable(self, event: Event) -> int:
        """What is left to refund of a charge, in minor units."""
        body = self.charge(event)
        captured, refunded = body["amount_captured"], body["amount_refunded"]
        return captured - refunded if isinstance(captured, int) and isinstance(refunded, int) else 0

    def refund(self, event: Event, amount: int) -> Body:
        """https://docs.stripe.com/api/refunds/object; the charge tells of it from now on."""
        self._refunds[event.number] = self._refunds.get(event.number, 0) + amount
        self._made += 1
        return {
            "id": REFUND.encode(self._made),
            "object": "refund",
            "amount": amount,
            "charge": CHARGE.encode(event.number),
            "created": int(self._now.timestamp()),
            "currency": event.person.country.currency.lower(),
            "metadata": {},
            "status": "succeeded",
        }

    def invoice(self, event: Event) -> Body:
        """https://docs.stripe.com/api/invoices/object."""
        draw = event.draw()
        total = _amount(event)
        status = draw.choices(("paid", "open", "void", "uncollectible", "draft"), (80, 12, 3, 2, 3))[0]
        paid = total if status == "paid" else 0
        created = int(event.at.timestamp())
        id = INVOICE.encode(event.number)
        return {
            "id": id,
            "object": "invoice",
            "amount_due": total,
            "amount_paid": paid,
            "amount_remaining": 0 if status == "void" else total - paid,
            "amount_shipping": 0,
            "attempt_count": 1,
            "attempted": status != "draft",
            "automatic_tax": {"enabled": False, "status": None},
            "collection_method": "send_invoice",
            "created": created,
            "currency": event.person.country.currency.lower(),
            "customer": STRIPE_CUSTOMER.encode(event.person.number),
            "default_tax_rates": [],
            "hosted_invoice_url": None if status == "draft" else f"https://invoice.stripe.com/i/{id}",
            "lines": {"object": "list", "data": [], "has_more": False, "url": f"/v1/invoices/{id}/lines"},
            "livemode": False,
            "metadata": {},
            "number": None if status == "draft" else f"T{event.person.number:05d}-{event.number:06d}",
            "paid": status == "paid",
            "paid_out_of_band": False,
            "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
            "period_end": created,
            "period_start": created,
            "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0,
            "starting_balance": 0,
            "status": status,
            "status_transitions": {
                "finalized_at": None if status == "draft" else created,
                "marked_uncollectible_at": None,
                "paid_at": created if paid else None,
                "voided_at": None,
            },
            "subtotal": total,
            "total": total,
            "total_tax_amounts": [],
        }

    def subscription(self, event: Event) -> Body:
        """https://docs.stripe.com/api/subscriptions/object; periods roll on from the day it was made."""
        draw = event.draw()
        created = int(event.at.timestamp())
        start = int(self._now.timestamp()) - int((self._now - event.at).total_seconds()) % _MONTH
        status = draw.choices(("active", "trialing", "past_due", "canceled", "paused"), (70, 8, 8, 10, 4))[0]
        id = SUBSCRIPTION.encode(event.number)
        currency = event.person.country.currency.lower()
        return {
            "id": id,
            "object": "subscription",
            "automatic_tax": {"enabled": False},
            "billing_cycle_anchor": created,
            "cancel_at_period_end": status == "active" and draw.random() < 0.1,  # noqa: PLR2004 - one in ten
            "collection_method": "charge_automatically",
            "created": created,
            "currency": currency,
            "current_period_end": start + _MONTH,
            "current_period_start": start,
            "customer": STRIPE_CUSTOMER.encode(event.person.number),
            "items": {
                "object": "list",
                "data": [_item(event, currency, created, id)],
                "has_more": False,
                "url": f"/v1/subscription_items?subscription={id}",
            },
            "livemode": False,
            "metadata": {},
            "start_date": created,
            "status": status,
        }

    def balance(self) -> Body:
        """https://docs.stripe.com/api/balance/balance_object: what the latest charges left, by currency."""
        funds: dict[str, list[int]] = {}
        for event in self.charges.events(self.charges.slots()[:200]):
            body = self.charge(event)
            pending = int(body["status"] == "pending")
            left = body["amount"] if pending else self.refundable(event)
            funds.setdefault(str(body["currency"]), [0, 0])[pending] += left if isinstance(left, int) else 0
        return {
            "object": "balance",
            "livemode": False,
            "available": [{"amount": now, "currency": code} for code, (now, _) in sorted(funds.items())],
            "pending": [{"amount": later, "currency": code} for code, (_, later) in sorted(funds.items())],
        }

    def _refunded(self, event: Event, status: str, amount: int) -> int:
        if status != "succeeded":
            return 0
        chance = event.number % 11
        before = amount if chance == 0 else amount // 4 if chance == 1 else 0
        return min(amount, before + self._refunds.get(event.number, 0))


def _amount(event: Event) -> int:
    currency = event.person.country.currency
    dollars = event.draw().randrange(9, 500)
    return dollars * _RATE_PER_USD.get(currency, 1) * _MINOR.get(currency, 100)


def _item(event: Event, currency: str, created: int, subscription: str) -> Body:
    price = {
        "id": _PRICE.encode(event.number),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "product": _PRODUCT.encode(event.number % len(_WHAT)),
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed", "aggregate_usage": None},
        "type": "recurring",
        "unit_amount": _amount(event),
    }
    return {
        "id": _ITEM.encode(event.number),
        "object": "subscription_item",
        "created": created,
        "metadata": {},
        "price": price,
        "quantity": 1,
        "subscription": subscription,
    }
