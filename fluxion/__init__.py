"""Open the front door: the command line and the workflows that use all rooms."""
