"""The way in: messages of devices over MQTT and HTTPS, their receipts."""
