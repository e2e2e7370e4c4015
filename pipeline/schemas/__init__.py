"""Every column described once, the models of the clean tables, and the shapes of the files kept by hand."""
