"""The only place that touches disk and key vault. May import `trading`, `domain`, sqlite3, keyring, platformdirs."""
