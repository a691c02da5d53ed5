"""Secrets in a document: read from the environment, never written out."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

from connector.document.model import JiraSettings, SalesforceSettings, Secret
from connector.document.problems import shown
from connector.document.reading import LONG_TEXT, ObjectReader

Settings = TypeVar("Settings", SalesforceSettings, JiraSettings)

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


def is_made_up(name: str, connection: str, kind: str, key: str) -> bool:
    """Whether an export gives a secret this name when none is remembered."""
    usual = variable_name(connection, kind, key)
    return name in (usual, f"{usual}_{_mark(connection)}")


def with_own_variables(connections: Iterable[Settings]) -> tuple[Settings, ...]:
    """Give secrets of different connections different variables, where the names are made up.

    Names that differ in punctuation only would share one, and each would get the other's secret.
    """
    connections = tuple(connections)
    uses = Counter(secret.env for each in connections for secret in _secrets(each).values())
    return tuple(_with_own(each, uses) for each in connections)


def _with_own(settings: Settings, uses: Mapping[str, int]) -> Settings:
    kind = "SF" if isinstance(settings, SalesforceSettings) else "JIRA"
    renamed: dict[str, Any] = {
        key: replace(secret, env=f"{secret.env}_{_mark(settings.name)}")
        for key, secret in _secrets(settings).items()
        if uses[secret.env] > 1 and is_made_up(secret.env, settings.name, kind, key)
    }
    return replace(settings, **renamed)


def _secrets(settings: SalesforceSettings | JiraSettings) -> dict[str, Secret]:
    return {key: value for key, value in vars(settings).items() if isinstance(value, Secret)}


def _mark(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:6].upper()
