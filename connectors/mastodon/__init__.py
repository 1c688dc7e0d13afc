"""Mastodon: profiles and posts (https://docs.joinmastodon.org)."""
