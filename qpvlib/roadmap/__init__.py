"""Portraits → objectives and axes that people decide on; their decisions, answers, signatures.

Figures propose, people decide; what they decided is kept with the figures they saw.
Gives the other rooms ``Plan``: what a neighbourhood is offered and asked, and its axes as decided.
"""
