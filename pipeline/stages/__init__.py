"""One short module per stage of dvc.yaml, with the same name: load, process, save."""
