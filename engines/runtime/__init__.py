"""The lines: each joins the engines from the first step to the last, in one transaction where it can."""

import os

# The phrases cost 44 MB in every process; a name made from a label does not need the right reading of each heteronym.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
