"""A small MQTT 5 broker inside the process."""
