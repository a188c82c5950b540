"""What somebody who downloads a release may accept, and why not."""
