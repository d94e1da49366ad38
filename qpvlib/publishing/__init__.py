"""From notebooks to pages: the only place that knows papermill and nbconvert."""
