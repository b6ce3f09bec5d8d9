"""Input fields: they read what a trader types or pastes, and keep what they cannot read in sight."""
