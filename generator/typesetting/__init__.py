"""Pages set and put on sheets: fonts, page style, lines; sheets, imposition, cover wrap, their lettering."""
