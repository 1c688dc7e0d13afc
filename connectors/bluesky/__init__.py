"""Bluesky: profiles and posts (https://docs.bsky.app)."""
