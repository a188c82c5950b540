"""What people reviewed, looked at before anything runs."""
