"""`python -m kiwoom_desk`, and what the frozen executable starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the words ask for; the exit status."""
    from kiwoom_desk.options import parse

    options = parse(arguments)
    for name in ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QML_IMPORT_PATH", "QML2_IMPORT_PATH"):
        os.environ.pop(name, None)  # foreign plugins are not loaded (docs/reliability.md, other hazards)
    if options.platform is not None:
        os.environ["QT_QPA_PLATFORM"] = options.platform
    from kiwoom_desk.start import start

    return start(options)


if __name__ == "__main__":
    sys.exit(main())
