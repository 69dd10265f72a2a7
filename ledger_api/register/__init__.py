"""The town's own data as offices and some members edit them: names, households, bank accounts, places."""
