"""PayPal: payments received, the balance, and refunds (https://developer.paypal.com/api/rest/)."""
