"""What people do in Jira and what then is in Salesforce; comments and files go both ways."""

from demo.story import NotYet, Story, expect_fields

FROM_JIRA = "fuse 7.txt", b"Fuse 7 was blown. Replaced at 09:40.\n"
FROM_SALESFORCE = "crane 4 log.txt", b"09:12 display: no supply voltage\n"


def edit_issue(story: Story) -> str:
    story.jira.edit(story.issue_key, {"summary": _new_summary(story)})
    return "Jira: Jane gives the issue another summary"


def edited_case(story: Story) -> str:
    return _expect_case(story, "Subject", _new_summary(story))


def start_progress(story: Story) -> str:
    story.jira.move(story.issue_key, "In Progress")
    return "Jira: Jane moves the issue to In Progress"


def working_case(story: Story) -> str:
    return _expect_case(story, "Status", "Working")


def comment_in_jira(story: Story) -> str:
    story.jira.comment(story.issue_key, _jira_comment(story))
    return "Jira: Jane comments on the issue"


def comment_on_case(story: Story) -> str:
    rows = story.salesforce.query(
        f"SELECT CommentBody FROM CaseComment WHERE ParentId = '{story.case_id}'"
    )
    return _expect_copy("Salesforce", [row["CommentBody"] for row in rows], _jira_comment(story))


def comment_in_salesforce(story: Story) -> str:
    values = {"ParentId": story.case_id, "CommentBody": _case_comment(story)}
    story.salesforce.create("CaseComment", values)
    return "Salesforce: Grace comments on the case"


def comment_on_issue(story: Story) -> str:
    comments = story.jira.issue(story.issue_key)["comment"]["comments"]
    return _expect_copy("Jira", [each["body"] for each in comments], _case_comment(story))


def attach_in_jira(story: Story) -> str:
    story.jira.attach(story.issue_key, *FROM_JIRA)
    return f"Jira: Jane attaches “{FROM_JIRA[0]}”"


def file_on_case(story: Story) -> str:
    return _expect_file("Salesforce", story.salesforce.files(story.case_id), FROM_JIRA)


def upload_in_salesforce(story: Story) -> str:
    story.salesforce.upload(story.case_id, *FROM_SALESFORCE)
    return f"Salesforce: Grace puts “{FROM_SALESFORCE[0]}” on the case"


def file_on_issue(story: Story) -> str:
    return _expect_file("Jira", story.jira.files(story.issue_key), FROM_SALESFORCE)


def close_case(story: Story) -> str:
    story.salesforce.update("Case", story.case_id, {"Status": "Closed"})
    return "Salesforce: Grace closes the case"


def done_issue(story: Story) -> str:
    return expect_fields(story, {"status": "Done"})


def _new_summary(story: Story) -> str:
    return f"Crane display: replace fuse 7 {story.tag}"


def _jira_comment(story: Story) -> str:
    return f"Fuse 7 is blown, a new one is on its way. {story.tag}"


def _case_comment(story: Story) -> str:
    return f"The customer is told. {story.tag}"


def _expect_case(story: Story, field: str, expected: str) -> str:
    shown = story.salesforce.get("Case", story.case_id)[field]
    told = f"Salesforce: the case's {field} is “{shown}”"
    if shown != expected:
        raise NotYet(told)
    return told


def _expect_copy(system: str, bodies: list[str], text: str) -> str:
    """A copy has a line above the text that says who wrote it, where and when."""
    for body in bodies:
        line, _, rest = body.partition("\n")
        if text in rest:
            return f"{system}: a comment under “{line}”"
    raise NotYet(f"{system}: {len(bodies)} comments, none of them a copy")


def _expect_file(system: str, files: dict[str, bytes], wanted: tuple[str, bytes]) -> str:
    name, content = wanted
    if files.get(name) != content:
        raise NotYet(f"{system}: files {', '.join(files) or 'none'}")
    return f"{system}: “{name}”, {len(content)} bytes, the same content"
