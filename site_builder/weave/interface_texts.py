"""Texts of the interface that are shown by the theme's templates and by scripts. All are in the catalogues."""

from __future__ import annotations

# fmt: off
SHOWN_BY_TEMPLATES = (
    "Skip to content", "Menu", "Lesson", "View", "Previous and next page", "On this page", "All episodes",
    "Search", "Search this lesson", "Close",
    "Results", "Nothing found", "Found: {number}", "The search index cannot be loaded", "Switch to light mode", "Switch to dark mode",
    "Switch to system preference", "Copy", "Copied", "Copying failed", "Open all boxes", "Close all boxes",
    "Episode {number} of {total}", "{minutes} minutes left", "{hours} h {minutes} min left", "{hours} h left",
    "{episodes} episodes, about {time} in all", "Start the lesson",
    "Life cycle: {stage}", "In early development: parts are missing", "Being tried out by its authors",
    "Ready for others to teach and to comment on", "Finished and taught many times", "Peer reviewed", "Run this yourself",
    "Take the code of this episode with you, and run it where you like:", "Notebook without outputs", "R Markdown", "Script",
    "Or save the script in the folder episodes of a copy of the lesson, and run it there with the packages of this page:",
    "Data", "The code finds these files in the folder data. They are kept elsewhere, where you can download them:", "Licence: {licence}",
    "Accessibility", "Source", "Contact", "Code of Conduct", "Contributing", "Cite",
    "Report a mistake", "Languages", "Output {number}: {page}", "Table {number}: {page}", "Code",
    "Diagram", "For teaching", "Present this page", "Workspace with all files", "Notebook to type into", "Notebook with everything",
    "Commands in order",
)
"""Texts that the theme's templates show."""

SHOWN_BY_SCRIPTS = (
    "Timer: {title}", "Start the timer", "Pause the timer", "Set the timer back", "{title}: one minute left", "{title}: time is up",
    "Presentation", "Section {number} of {total}: {title}", "Previous section", "Next section", "Further down, then the next section",
    "Further up, then the previous section", "First section", "Last section", "Open the next answer, or close all",
    "Leave the presentation", "Keys", "Space", "Close", "Day {number}", "Break", "about {minutes}",
)
"""Texts that scripts show; the page passes them on."""
# fmt: on
