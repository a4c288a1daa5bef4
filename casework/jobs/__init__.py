"""Background work: idempotent sweeps over due dates, run by whoever holds the lease. Holds no key to any case."""
