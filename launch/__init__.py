"""Starts the processes of the connector and keeps an eye on them: `python -m launch`."""
