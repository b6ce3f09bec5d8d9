"""Every order of the day in one table, with what is unsettled pinned above it."""
