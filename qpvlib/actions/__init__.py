"""Actions in the neighbourhoods: contract → reading → register → coverage, summer.

A user's file is read whole or refused whole, each flaw told in French; its history is kept.
Gives the other rooms the register's actions, coverage, means and the summer.
"""
