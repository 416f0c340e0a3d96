"""What may happen next: one module a stream, each with `decide`, `evolve` and its refusals.

Everything here is told what it needs, the time included, and asks nobody. States are named tuples:
as frozen as a dataclass, and a third of the time to make again when a fact changes one member.
"""
