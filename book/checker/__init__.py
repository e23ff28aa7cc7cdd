"""What has to hold of the books."""
