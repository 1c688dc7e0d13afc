"""Intercom: conversations, as support tickets (https://developers.intercom.com/docs/references/rest-api/)."""
