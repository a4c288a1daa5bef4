"""What may be said to the system: shapes of input. Knows only WTForms and ``models.enums``."""
