"""The client library of the Hugging Face Hub, loaded only when it is needed."""
