"""The admin: connections, items and their published versions, users, and the schedule.

Django finds this package by its name; importing the modules registers their pages.
"""

from connector.admin import connections, people, schedules, versions

__all__ = ["connections", "people", "schedules", "versions"]
