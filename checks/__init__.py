"""Programs that judge a finished library."""
