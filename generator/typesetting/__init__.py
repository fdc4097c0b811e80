"""What makes WeasyPrint set Chinese well: fonts found and prepared, page style from a layout."""
