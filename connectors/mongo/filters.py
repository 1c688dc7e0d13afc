"""A filter of customers, as a MongoDB query."""

from datetime import datetime

from bson import Regex

from connectors.domain.customers import CustomerFilter
from connectors.mongo.documents import milliseconds
from connectors.mongo.driver import Document
from connectors.mongo.text import caseless, words

MOST_WORDS = 10  # of a search text that are looked at: each costs an index scan


def query(which: CustomerFilter) -> Document:
    """Every part of `which` that is given must hold.

    text           every word of it (the first ten) begins a word of the name, the email, the company or a tag, without
                   case and accents: "ann smi" finds Anna Smith. Blank is not given; text without a word finds nobody.
    tag            equal, case included
    company        equal but for case
    country_code   equal but for case
    linked_to      has a link to the service
    created_after  later than, exclusive; created_before: earlier than, exclusive
    """
    parts = (
        {} if which.text is None else _text(which.text),
        {} if which.tag is None else {"tags": which.tag},
        {} if which.company is None else {"companyKey": caseless(which.company)},
        {} if which.country_code is None else {"location.countryCode": which.country_code.upper()},
        {} if which.linked_to is None else {"links.service": which.linked_to.value},
        _created(which),
    )
    return {key: condition for part in parts for key, condition in part.items()}


def _text(text: str) -> Document:
    if not text.strip():
        return {}
    # Regex by name: a compiled pattern carries the flag `u`, with which MongoDB walks the whole index.
    return {"search.words": {"$all": [Regex(f"^{word}") for word in words([text])[:MOST_WORDS]]}}


def _created(which: CustomerFilter) -> Document:
    after, before = which.created_after, which.created_before
    bounds = ({} if after is None else {"$gt": milliseconds(after)}) | ({} if before is None else _earlier(before))
    return {"createdAt": bounds} if bounds else {}


def _earlier(than: datetime) -> Document:
    """Times are kept in milliseconds: what is earlier than 1.5 ms includes 1 ms."""
    cut = milliseconds(than)
    return {"$lt": cut} if cut == than else {"$lte": cut}
