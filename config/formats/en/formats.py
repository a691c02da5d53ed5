"""English, with times whose zone can be seen next to Salesforce's and Jira's."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i e"
