"""The front door: one command line, settings, the demo town, the embedded chain, process supervision."""
