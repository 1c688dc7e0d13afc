"""Slack: channels and messages (https://docs.slack.dev/reference/methods)."""
