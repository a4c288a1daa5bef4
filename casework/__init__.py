"""Casework: case management for a county women's federation."""
