"""Libraries of macOS in a process of Linux on the same machine, by a loader of this project's own: no macOS."""
