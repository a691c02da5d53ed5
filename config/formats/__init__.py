"""How dates and times are written; Django looks here by setting FORMAT_MODULE_PATH."""
