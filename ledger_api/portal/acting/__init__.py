"""A sheet for every act that members sign or offices order, derived from the act's record: it asks for the fields, shows them in names, and signs."""
