"""A made-up county, told through the product's own services. Nothing in it belongs to a real person."""
