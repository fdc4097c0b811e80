"""Chinese set well by WeasyPrint, its files made fit for screen and press, finished pages put on sheets."""
