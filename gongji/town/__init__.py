"""The demo town: a year of its life, planned as acts and carried out through the same code that people use."""
