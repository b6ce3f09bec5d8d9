"""What surrounds the panels: the environment's frame, the bar at the top, the line at the foot, the stop."""
