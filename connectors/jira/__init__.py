"""Jira Cloud: issues (https://developer.atlassian.com/cloud/jira/platform/rest/v3/)."""
