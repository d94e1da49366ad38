"""Actions in the neighbourhoods: the register, what it covers, the summer.

A user's file is read whole or refused whole, each flaw told in French; its history is kept.
Gives the other rooms the register's actions, coverage, means and the summer.
"""
