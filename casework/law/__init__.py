"""Rules of law and of the office: pure functions, each with its article.

Nothing here reads a clock, a database or a setting; what a rule needs is an argument. Names ending in `_at`
are instants in whole microseconds since 1970-01-01 UTC, names ending in `_on` are local dates of the
jurisdiction.
"""
