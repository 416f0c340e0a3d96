"""What anybody may read, without an account: pages, data, feeds, the stream, operations."""
