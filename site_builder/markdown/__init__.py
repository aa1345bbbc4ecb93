"""Text to blocks: reads the Markdown dialect of lessons as pandoc reads it. Pure: no file is opened here."""
