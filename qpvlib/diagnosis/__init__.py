"""Observations → what they say of a neighbourhood: comparison, findings, one reading of a figure.

The verdict is decided here and nowhere else, with its noise and its solidity.
Gives the other rooms positions, findings, readings and trends.
"""
