"""Privacy: what may not be said of whom – the roster of real names, identifiers, names; asked by checks and scans."""
