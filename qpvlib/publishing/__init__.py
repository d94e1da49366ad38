"""From notebooks to pages: the only place that knows papermill and nbconvert."""

WARM = "qpvlib.publishing.warm"  # what the process that kernels are forked from imports
