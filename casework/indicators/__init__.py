"""Indicators: what is counted, how a count becomes anonymous, and what of it leaves the office."""
