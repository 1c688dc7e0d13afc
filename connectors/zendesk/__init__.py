"""Zendesk: support tickets (https://developer.zendesk.com/api-reference/ticketing/introduction/)."""
