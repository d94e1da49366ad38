"""Findings → axes and objectives that people decide on: evidence, draws, decisions, signatures.

Figures propose, people decide; what they decided is kept with the figures they saw.
Gives the other rooms ``stands``: each axis of a neighbourhood, as proposed and as decided.
"""
