"""From an OpenAPI 3 document to Structs and recorded bodies: https://spec.openapis.org/oas/v3.1.0."""
