"""The verbs of the product, one module per noun; no request, no HTML, one transaction a call."""
