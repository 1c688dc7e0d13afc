"""HubSpot: contacts, companies and deals (https://developers.hubspot.com/docs/api/overview)."""
