"""Producers' files → the project's tables: areas, indicators, observations.

``construction`` builds the tables, ``tidy`` reads them, ``areas`` and ``indicators`` answer.
Gives the other rooms neighbourhoods, observations, and the ways to read and write files whole.
"""
