"""The LFR Record: from published deployment records to a book whose every number can be walked back."""
