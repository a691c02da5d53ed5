"""A demonstration of the connector against the sandbox: `python -m demo`."""
