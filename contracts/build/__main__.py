"""`python -m contracts.build`, see the package."""

import sys

from contracts.build.files import main

sys.exit(main())
