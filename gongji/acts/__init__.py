"""Acts at the command line: options made from the record of an act, and what is written in them. No list is kept by hand."""
