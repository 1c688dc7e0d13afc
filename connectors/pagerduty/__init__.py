"""PagerDuty: incidents (https://developer.pagerduty.com/api-reference/)."""
