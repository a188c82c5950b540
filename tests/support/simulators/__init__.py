"""What stands in for the world: disks that fail, processes that race or die, a Hub."""
