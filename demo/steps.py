"""The order in which the story is told."""

from demo import story, way_back
from demo.story import Step

# As much as a demonstration that stays up needs to show something.
FIRST = (
    Step(story.link_note, act=story.create_case),
    Step(story.created_issue),
)
STEPS = (
    *FIRST,
    Step(story.entity_property),
    Step(story.changed_issue, act=story.change_case),
    Step(story.renamed_account, act=story.rename_account),
    Step(way_back.edited_case, act=way_back.edit_issue, pushed=True),
    Step(way_back.working_case, act=way_back.start_progress, pushed=True),
    Step(way_back.comment_on_case, act=way_back.comment_in_jira, pushed=True),
    Step(way_back.comment_on_issue, act=way_back.comment_in_salesforce),
    Step(way_back.file_on_case, act=way_back.attach_in_jira, pushed=True),
    Step(way_back.file_on_issue, act=way_back.upload_in_salesforce),
    Step(way_back.done_issue, act=way_back.close_case),
)
