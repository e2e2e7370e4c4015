"""Where the figures come from: the registry, fetching, reading the files, comparing editions."""
