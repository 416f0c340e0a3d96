"""Figures for `make bench`: each beside its floor and a peer, as ratios taken in one run."""
