"""What is shown of a release where it is published: the card of its repository on the Hub."""
