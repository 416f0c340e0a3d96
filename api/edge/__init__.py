"""The edge: everything between bytes on the wire and the domain, shared by both listeners."""
