"""Rooms to be booked: every place of its document is narrow, and near misses are what servers take."""
