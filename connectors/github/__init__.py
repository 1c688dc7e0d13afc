"""GitHub: developers, repositories, issues, pull requests and releases (https://docs.github.com/en/graphql)."""
