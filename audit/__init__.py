"""Would you trust us? Check for yourself."""
