"""Rows of the producers' files, by the source that they are of."""

import pandas as pd

from qpvlib.catalogue import catalogue


class Files(dict[str, pd.DataFrame]):
    """Rows of each source that was there; of another, its columns, without a row."""

    def __missing__(self, code: str) -> pd.DataFrame:
        """A table as the source's would be, empty."""
        source = catalogue().sources[code]
        texts = dict.fromkeys(["area", "level", "file", *source.text, *source.codes], str)
        wholes = dict.fromkeys(["line", "edition"], int)
        figures = {name: float for block in source.blocks.values() for name in block.columns}
        kinds = figures | wholes | texts
        kinds |= {"geometry": object} if source.kind == "geojson" else {}
        return pd.DataFrame(columns=list(kinds)).astype(kinds)
