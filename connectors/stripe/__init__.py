"""Stripe: payments, plans, invoices and the balance (https://docs.stripe.com/api)."""
