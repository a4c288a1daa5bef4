"""The application as a server loads it: `wsgi:app`. A fault in the settings ends it with its sentences."""

from __future__ import annotations

import os
import sys

import config
from casework.factory import create_app
from casework.tuning import settle

try:
    app = create_app(config.load(os.environ))
except config.ConfigurationError as error:
    print(*error.sentences, sep="\n", file=sys.stderr)
    sys.exit(2)
settle()
