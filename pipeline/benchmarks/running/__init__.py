"""Running a benchmark: block by block, resumable, here or on a Dask cluster."""
