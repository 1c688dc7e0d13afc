"""What stands between a connector and the wire: small `httpx.AsyncBaseTransport` wrappers, trace outermost."""
