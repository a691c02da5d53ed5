"""Finding people. Jira limits user searches on their own, so callers should remember results."""

from collections.abc import Iterable

from connector.jira.calls import Calls
from connector.jira.model import User

PERSON = "atlassian"


class Users(Calls):
    def find_users(self, mail: str) -> list[User]:
        """Whoever the search for a mail address brings up: more than one, inactive ones, apps.

        A hidden address is found only when it is given in full.
        """
        return self._found("/user/search", {self.edition.user_query: mail})

    def match_user(self, mail: str) -> User | None:
        """The one active person with this mail address; None if there is none or doubt."""
        return only_match(self.find_users(mail), mail)

    def assignable(self, project_key: str, query: str) -> list[User]:
        """Who may be assigned issues of the project, searched by name or mail."""
        return self._found(
            "/user/assignable/search", {"project": project_key, self.edition.user_query: query}
        )

    def _found(self, path: str, params: dict[str, str]) -> list[User]:
        return [self._user(each) for each in self.transport.get(path, params)]


def only_match(users: Iterable[User], mail: str) -> User | None:
    """The one active person among search results who must be the owner of `mail`.

    The search goes by the beginnings of names and addresses, so an address that is shown decides.
    """
    people = [each for each in users if each.active and each.kind in ("", PERSON)]
    shown = [each for each in people if each.mail.casefold() == mail.casefold()]
    hidden = [each for each in people if not each.mail]
    candidates = shown or hidden
    return candidates[0] if len(candidates) == 1 else None
