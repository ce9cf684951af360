"""The lint: every problem of every guide at once, as ``path:line: message``.

`report.py` runs the checks; each other file holds those of one subject as pure functions.
"""

from knowledge.lint.report import lint_library

__all__ = ["lint_library"]
