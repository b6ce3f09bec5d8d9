"""What the trader hears once: the line at the foot, the slips in the corner, the sounds."""
