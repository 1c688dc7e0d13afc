"""How the imitated PayPal writes what is on its books."""

from datetime import datetime
from decimal import Decimal

from connectors.paypal.sandbox_books import TRANSACTION, Body, Books, Entry
from connectors.paypal.sandbox_sales import Given, Sale

API = "https://api-m.paypal.com"


def written(moment: datetime) -> str:
    """In UTC, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def funds(amount: Decimal, currency: str) -> Body:
    """https://developer.paypal.com/docs/api/transaction-search/v1/#definition-money."""
    return {"currency_code": currency, "value": f"{amount:f}"}


def line(books: Books, entry: Entry, fields: set[str]) -> Body:
    """One transaction, with those of its parts that were asked for."""
    sale, given = books.moved(entry)
    info = _withdrawal(entry) if sale is None else _returned(sale, given) if given else _received(books, sale)
    parts: Body = {"transaction_info": info, "payer_info": _payer(sale), "cart_info": {}}
    return {name: part for name, part in parts.items() if name in fields or "all" in fields}


def status(books: Books, entry: Entry) -> str:
    """D, P, S or V."""
    sale, given = books.moved(entry)
    if sale is None or given:
        return "S"
    return "V" if books.given_back(sale) == sale.amount else sale.status


def kind(books: Books, entry: Entry) -> tuple[str, str]:
    """Event code and currency."""
    sale, given = books.moved(entry)
    if sale is None:
        return "T0400", "USD"
    return "T1107" if given else sale.code, sale.currency


def capture(sale: Sale, given_back: Decimal) -> Body:
    """https://developer.paypal.com/docs/api/payments/v2/#captures_get."""
    id = TRANSACTION.encode(sale.number * 4)
    path = f"{API}/v2/payments/captures/{id}"
    return {
        "id": id,
        "status": _captured(sale, given_back),
        "amount": funds(sale.amount, sale.currency),
        "final_capture": True,
        "invoice_id": f"INV-{sale.number:06d}",
        "seller_protection": {"status": "ELIGIBLE", "dispute_categories": ["ITEM_NOT_RECEIVED"]},
        "create_time": written(sale.event.at),
        "update_time": written(sale.event.at),
        "links": [
            {"href": path, "rel": "self", "method": "GET"},
            {"href": f"{path}/refund", "rel": "refund", "method": "POST"},
        ],
    }


def refund(sale: Sale, given: Given, total: Decimal, note: str | None, *, whole: bool) -> Body:
    """https://developer.paypal.com/docs/api/payments/v2/#captures_refund; `whole` where `Prefer` asks for all of it."""
    id = TRANSACTION.encode(given.id)
    path = f"{API}/v2/payments/refunds/{id}"
    least: Body = {"id": id, "status": "COMPLETED", "links": [{"href": path, "rel": "self", "method": "GET"}]}
    if not whole:
        return least
    amount = funds(given.amount, sale.currency)
    breakdown = {
        "gross_amount": amount,
        "paypal_fee": funds(given.amount * 0, sale.currency),
        "net_amount": amount,
        "total_refunded_amount": funds(total, sale.currency),
    }
    noted: Body = {"note_to_payer": note} if note else {}
    times: Body = {"create_time": written(given.at), "update_time": written(given.at)}
    return least | {"amount": amount, "seller_payable_breakdown": breakdown} | noted | times


def _captured(sale: Sale, given_back: Decimal) -> str:
    if sale.status != "S":
        return {"P": "PENDING", "D": "DECLINED"}[sale.status]
    if not given_back:
        return "COMPLETED"
    return "REFUNDED" if given_back == sale.amount else "PARTIALLY_REFUNDED"


def _received(books: Books, sale: Sale) -> Body:
    entry = Entry(sale.event.at, sale.number * 4)
    fee = (sale.amount * Decimal("0.029")).quantize(sale.amount)
    settled = {"fee_amount": funds(-fee, sale.currency)} if sale.status == "S" else {}
    guest = {} if sale.payer is None else {"paypal_account_id": sale.payer}
    return (
        guest
        | settled
        | _info(entry, sale.code, funds(sale.amount, sale.currency))
        | {
            "transaction_status": status(books, entry),
            "transaction_subject": sale.subject,
            "invoice_id": f"INV-{sale.number:06d}",
            "protection_eligibility": "01",
        }
    )


def _returned(sale: Sale, given: Given) -> Body:
    about = {"paypal_reference_id": TRANSACTION.encode(sale.number * 4), "paypal_reference_id_type": "TXN"}
    info = _info(Entry(given.at, given.id), "T1107", funds(-given.amount, sale.currency))
    return info | about | {"transaction_status": "S", "transaction_subject": sale.subject}


def _withdrawal(entry: Entry) -> Body:
    return _info(entry, "T0400", funds(Decimal("-2500.00"), "USD")) | {"transaction_status": "S"}


def _info(entry: Entry, code: str, amount: Body) -> Body:
    return {
        "transaction_id": TRANSACTION.encode(entry.id),
        "transaction_event_code": code,
        "transaction_initiation_date": written(entry.at),
        "transaction_updated_date": written(entry.at),
        "transaction_amount": amount,
    }


def _payer(sale: Sale | None) -> Body:
    if sale is None:
        return {"address_status": "N", "payer_name": {}}
    person = sale.event.person
    given, _, family = person.name.partition(" ")
    account: Body = {"account_id": sale.payer} if sale.payer else {}
    return account | {
        "email_address": person.email,
        "address_status": "Y",
        "payer_status": "Y" if sale.payer else "N",
        "payer_name": {"given_name": given, "surname": family, "alternate_full_name": person.name},
        "country_code": person.country.code,
    }
