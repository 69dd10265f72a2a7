"""A sheet for every act that a member or an office signs, derived from the act's record: it asks for the fields, shows them in names, and signs."""
