"""Jira's query language: its grammar, its clauses, and search."""
