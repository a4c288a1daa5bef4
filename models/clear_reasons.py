"""The reasons that many clear columns share: what is learnt from one, and why it must be clear."""

from __future__ import annotations

ID = "When the row was made, to a millisecond. Rows are joined by it, and it is part of what binds each ciphertext."
LINK = "Which rows belong together. Every page and every count joins by it."
MADE = "When the row was made. Lists and sweeps go by it."
VERSION = "How often the row was changed. Two people who edit at once are kept apart by it."
COMPARTMENT = "Which key opens the row, not the key. The key of a field is found through it."
STAFF = "Which member of staff did it. Lists, counts of work and the access review need her."
PUBLIC_KEY = "A public key. Others seal to it and check signatures with it."
DIGEST = "A digest that can't be turned back. What is shown is compared with it."
