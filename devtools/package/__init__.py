"""Freezing the program: one folder for Linux, one for Windows, the installer, and the proof that they work."""
