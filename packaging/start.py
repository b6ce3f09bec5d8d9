"""Where the frozen program starts. PyInstaller runs this file as the main module, so it holds nothing but the call."""

import sys

from kiwoom_desk.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
