"""Keys that enforce need-to-know: the only importer of ``cryptography``.

Protects what is sealed against whoever holds the database, the disk, a backup or a browser profile without a
password of staff and the server secret (or two shares of the kit); against moved, swapped, truncated or older
ciphertexts; against planted public keys and members. Does not protect against someone who watches the running
process while staff are signed in, nor against a member of a team misusing what her own keys open.
Knows neither Flask nor the database.
"""
