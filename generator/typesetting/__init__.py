"""What makes WeasyPrint set Chinese well, and screens and presses accept the file: fonts, pages, lines, inks, marks."""
