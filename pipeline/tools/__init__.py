"""Tools for reviewers and authors: they run beside the chain and write nothing that a stage reads."""
