"""What the product costs, as ratios of one run: see README.md beside this file."""
