"""What the token endpoint's refusals mean, as a table.

Salesforce's wording is short and the same error code stands for many causes, so each row looks at
the code and at a piece of the description. Rows are tried from the top.
"""

from dataclasses import dataclass

from connector.errors import Answer, Busy, ConnectionBroken, RemoteError, Scope

LOGIN_RATE_PAUSE = 900.0


@dataclass(frozen=True)
class LoginRow:
    """One refusal: `error` as Salesforce spells it ("" for any), a piece of the description."""

    error: str
    description: str
    sentence: str
    busy: bool = False


LOGIN_ROWS = (
    LoginRow(
        "",
        "login rate exceeded",
        "Salesforce refuses further logins of this user for a while. The connector waits.",
        busy=True,
    ),
    LoginRow(
        "",
        "request not supported on this domain",
        "This login address doesn't serve the chosen flow. Enter the org's My Domain address, "
        "such as https://acme.my.salesforce.com.",
    ),
    LoginRow(
        "",
        "no client credentials user enabled",
        "The app has no user to run as. In the app's policies enable the client credentials flow "
        "and set Run As to the integration user's username (not the mail address); the user must "
        "be active and have the API Enabled permission.",
    ),
    LoginRow(
        "",
        "client credentials flow not enabled",
        "The app doesn't allow the client credentials flow. Tick Enable Client Credentials Flow "
        "in its settings and in its policies.",
    ),
    LoginRow(
        "",
        "hasn't approved this consumer",
        "The user may not use the app yet. In the app's policies set Permitted Users to "
        "admin-approved users and add the user's profile or a permission set.",
    ),
    LoginRow(
        "",
        "not admin approved",
        "The user may not use the app. Add the user's profile or a permission set in the app's "
        "policies.",
    ),
    LoginRow(
        "",
        "blocked by admin",
        "An admin has blocked the app in this org. Make an External Client App of the org's own "
        "for the connector, or unblock this one in Setup > Connected Apps OAuth Usage.",
    ),
    LoginRow(
        "",
        "audience",
        "Salesforce didn't accept the audience of the signed login. Enter the org's My Domain "
        "address as the login address.",
    ),
    LoginRow(
        "",
        "invalid assertion",
        "Salesforce couldn't verify the signed login. Check that the certificate in the app "
        "belongs to the private key entered here.",
    ),
    LoginRow(
        "",
        "expired authorization code",
        "Salesforce found the signed login out of date. Check this server's clock.",
    ),
    LoginRow(
        "",
        "ip restricted",
        "Salesforce refuses logins from this server's address. Relax the IP restrictions in the "
        "app's policies or add the address to the user's login ranges.",
    ),
    LoginRow(
        "",
        "authentication failure",
        "User name, password or security token is wrong, or Salesforce blocked the login. The "
        "security token changes with every new password.",
    ),
    LoginRow(
        "invalid_client_id",
        "",
        "Salesforce doesn't know this consumer key. Copy it again from the app in this org; a new "
        "app takes up to ten minutes to be known.",
    ),
    LoginRow(
        "invalid_client",
        "",
        "The consumer secret is wrong. Copy it again from the app's OAuth settings.",
    ),
    LoginRow(
        "unsupported_grant_type",
        "",
        "The app doesn't allow the chosen flow. Enable it in the app's OAuth settings.",
    ),
    LoginRow(
        "invalid_app_access",
        "",
        "The user may not use the app. Add the user's profile or a permission set in the app's "
        "policies.",
    ),
    LoginRow(
        "inactive_user",
        "",
        "The integration user is deactivated or locked. Activate the user in Salesforce.",
    ),
    LoginRow(
        "inactive_org",
        "",
        "The org is locked, closed or suspended. Ask Salesforce to reopen it.",
    ),
    LoginRow(
        "invalid_grant",
        "",
        "Salesforce refused the login. Check the app's policies, the integration user and the "
        "credentials; the user's login history in Salesforce shows the cause.",
    ),
)


def sentence_for(error: str, description: str, answer: Answer) -> RemoteError:
    """Turn a refusal of the token endpoint into an error with a sentence for the admin.

    None of them is worth repeating as it is, except where Salesforce asks to wait.
    """
    said = description.lower()
    row = next(
        (row for row in LOGIN_ROWS if row.error in ("", error) and row.description in said),
        None,
    )
    detail = f" (Salesforce said: {error}{': ' if description else ''}{description[:200]})"
    if row is None:
        return ConnectionBroken(f"Salesforce refused the login.{detail}", answer)
    if row.busy:
        return Busy(
            row.sentence + detail, answer, retry_after=LOGIN_RATE_PAUSE, scope=Scope.CONNECTION
        )
    return ConnectionBroken(row.sentence + detail, answer)
