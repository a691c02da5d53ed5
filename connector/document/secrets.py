"""Secrets in a document: read from the environment, never written out."""

import re
from collections.abc import Mapping

from connector.document.model import Secret
from connector.document.problems import shown
from connector.document.reading import LONG_TEXT, ObjectReader

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_secret(reader: ObjectReader, key: str, environment: Mapping[str, str]) -> Secret:
    """Return the secret under `key`: a text, or `{"env": "NAME"}` for a variable's value.

    A variable that isn't set is a problem; so is an empty one, as nobody means that.
    """
    raw = reader.anything(key)
    if not reader.has(key):
        return Secret()
    if isinstance(raw, str):
        value = reader.text(key, limit=LONG_TEXT, strip=False)
        if not value:
            reader.add(key, "must not be empty; leave it out to keep what is stored")
        return Secret(value=value)
    if not isinstance(raw, dict):
        reader.add(key, 'has to be a text or {"env": "NAME"}')
        return Secret()
    return _from_environment(reader, key, environment)


def _from_environment(reader: ObjectReader, key: str, environment: Mapping[str, str]) -> Secret:
    inner = reader.object(key)
    if inner is None:
        return Secret()
    name = inner.text("env", required=True)
    inner.close()
    if reader.report.has(inner.at("env")):
        return Secret()
    if not VARIABLE.fullmatch(name):
        inner.add("env", f"{shown(name)} is no name of an environment variable")
    elif not environment.get(name):
        reader.add(
            key,
            f"the environment variable {name} isn't set; set it to the secret in the environment "
            "of this command, or in .env",
        )
    return Secret(value=environment.get(name, ""), env=name)


def variable_name(connection: str, kind: str, key: str) -> str:
    """Name the variable of a secret that was not imported from one.

    Made of the connection's name, its kind (`SF` or `JIRA`) and the secret, as in
    ACME_SF_CLIENT_SECRET; a connection called `acme-jira` has ACME_JIRA_API_TOKEN.
    """
    words = re.sub(r"[^A-Z0-9]+", "_", connection.upper()).strip("_") or "CONNECTION"
    if words[0].isdigit():
        words = f"_{words}"
    if words.split("_")[-1] != kind:
        words = f"{words}_{kind}"
    return f"{words}_{key.upper()}"
