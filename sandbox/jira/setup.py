"""What an administrator does to a site: projects, people, fields, screens, permissions."""

from sandbox.jira import standard
from sandbox.jira.entities import (
    Component,
    IssueType,
    Option,
    Project,
    Screen,
    User,
    Version,
    Workflow,
)
from sandbox.jira.kinds import Field, Kind
from sandbox.jira.state import SiteState


class SiteSetup(SiteState):
    """A site with the administrator's means."""

    def _add_standard_projects(self) -> None:
        flows = standard.workflows(self.statuses)
        plain = ["Task", "Bug", "Story", "Sub-task"]
        self.add_project("SUP", "Support", plain, flows["SUP"], id="10000")
        self.add_project("OPS", "Operations", plain, flows["OPS"], id="10001")
        self.add_project(
            "HELP", "Help desk", ["Support request"], flows["HELP"], "service_desk", id="10002"
        )
        for project in self.projects.values():
            self.add_component(project.key, "Network")
            self.add_component(project.key, "Billing")
            self.add_version(project.key, "1.0")
            self.add_version(project.key, "1.1")

    def add_project(
        self,
        key: str,
        name: str,
        issue_types: list[str],
        workflow: Workflow,
        type_key: str = "software",
        id: str = "",
    ) -> Project:
        """Add a project whose issue types, given by name, all follow `workflow`."""
        types = [self.issue_type(name) for name in issue_types]
        project = Project(
            id=id or str(self.number("project", 10_010)),
            key=key,
            name=name,
            type_key=type_key,
            lead=self.human,
            issue_types=types,
            workflows={type.id: workflow for type in types},
            screens={},
        )
        for type in types:
            self._add_screens(project, type)
        self.projects[project.id] = project
        return project

    def _add_screens(self, project: Project, issue_type: IssueType) -> None:
        names = [name for name in standard.SCREEN if name != "parent" or issue_type.subtask]
        custom = [field for field in self.fields.values() if field.custom and not field.scope]
        fields = [self.fields[name] for name in names] + custom
        required = {"summary", "issuetype"} | ({"parent"} if issue_type.subtask else set())
        for operation in ("create", "edit"):
            project.screens[operation, issue_type.id] = Screen(list(fields), set(required))

    def issue_type(self, name: str) -> IssueType:
        """Return the issue type of that name or id; KeyError if there is none."""
        for type in self.issue_types:
            if name in (type.id, type.name):
                return type
        raise KeyError(name)

    def add_component(self, key: str, name: str) -> Component:
        component = Component(str(self.number("component")), name)
        self._the_project(key).components.append(component)
        return component

    def add_version(self, key: str, name: str) -> Version:
        version = Version(str(self.number("version")), name)
        self._the_project(key).versions.append(version)
        return version

    def add_user(
        self,
        name: str,
        display_name: str,
        email: str,
        *,
        email_visible: bool = True,
        active: bool = True,
        account_type: str = "atlassian",
    ) -> User:
        """Add an account; its account id is made from the name."""
        user = User(
            account_id=f"712020:{name}",
            name=name,
            display_name=display_name,
            email=email,
            active=active,
            account_type=account_type,
            email_visible=email_visible,
            time_zone=self.time_zone,
        )
        self.users.append(user)
        return user

    def add_field(
        self,
        name: str,
        kind: Kind,
        type_key: str,
        *,
        options: str = "",
        projects: tuple[str, ...] = (),
        scope: str = "",
        required: bool = False,
    ) -> Field:
        """Add a custom field and put it on the screens of `projects` (all, if none are named).

        `options` reads "A,B:child|child"; `scope` is the key of a team-managed project.
        """
        number = self.number("field", 10_070)
        owner = self._the_project(scope) if scope else None
        choices = standard.options(options, self.number("options", 20) * 1000)
        field = Field(f"customfield_{number}", name, kind, type_key, choices, owner)
        self.fields[field.id] = field
        for project in list(self.projects.values()):
            if project.key in (projects or (scope,)) or not (projects or scope):
                self.put_on_screen(project.key, field.id, required=required)
        return field

    def add_option(self, field_id: str, value: str) -> Option:
        """Add a choice to a field."""
        option = Option(str(self.number("option", 10_900)), value)
        self.fields[field_id].options.append(option)
        return option

    def limit_options(self, key: str, field_id: str, *values: str) -> None:
        """Give a field a context of its own in a project, with only these options."""
        self.fields[field_id].contexts[self._the_project(key).id] = values

    def put_on_screen(
        self, key: str, field_id: str, *, required: bool = False, operation: str = ""
    ) -> None:
        """Put a field on a project's screens (create and edit, if `operation` is not named)."""
        for screen in self._screens(key, operation):
            if self.fields[field_id] not in screen.fields:
                screen.fields.append(self.fields[field_id])
            if required:
                screen.required.add(field_id)

    def take_off_screen(self, key: str, field_id: str, operation: str = "") -> None:
        """Take a field off a project's screens."""
        for screen in self._screens(key, operation):
            screen.fields = [field for field in screen.fields if field.id != field_id]
            screen.required.discard(field_id)

    def require(self, key: str, field_id: str, *, required: bool = True) -> None:
        """Make a field of a project's screens required, or optional again."""
        for screen in self._screens(key, ""):
            (screen.required.add if required else screen.required.discard)(field_id)

    def _screens(self, key: str, operation: str) -> list[Screen]:
        screens = self._the_project(key).screens.items()
        return [screen for (kind, _), screen in screens if kind == (operation or kind)]

    def _the_project(self, key: str) -> Project:
        project = self.project(key)
        if project is None:
            raise KeyError(key)
        return project

    def deny(self, permission: str, key: str = "", user: User | None = None) -> None:
        """Take a permission from the integration user, or another, in one project or everywhere."""
        self.denied.add((user or self.robot, permission, self._the_project(key).id if key else ""))

    def allow(self, permission: str, key: str = "", user: User | None = None) -> None:
        """Give back what `deny` took."""
        place = self._the_project(key).id if key else ""
        self.denied.discard((user or self.robot, permission, place))

    def hide_project(self, key: str) -> None:
        """Hide a project from the integration user."""
        self.deny("BROWSE_PROJECTS", key)

    def show_project(self, key: str) -> None:
        """Show a hidden project again."""
        self.allow("BROWSE_PROJECTS", key)

    def rename_project(self, key: str, new_key: str) -> None:
        """Change a project's key; issues are found under both."""
        project = self._the_project(key)
        project.old_keys.append(project.key)
        project.key = new_key
        for issue in list(self.issues.values()):
            if issue.project is project:
                issue.old_keys.append(issue.key)
                issue.key = f"{new_key}-{issue.key.rpartition('-')[2]}"
                self.keys[issue.key] = issue
