"""First thing in the process that kernels are forked from: its environment is its own, and quiet.

Before numpy is there, so that no pool of threads is started.
"""

import os

from qpvlib.publishing.kernels import QUIET

os.environ |= QUIET
