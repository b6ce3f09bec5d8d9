"""Holdings and cash, with the time of the last good answer."""
