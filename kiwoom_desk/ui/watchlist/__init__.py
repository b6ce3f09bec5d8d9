"""What the trader keeps an eye on: the watch list and the holdings, one click away from everything."""
