"""What the author of a notebook calls: the dozen names, and how what they give is displayed.

Gives ``import qpvlib as qpv`` its names, with what people type understood or refused in French;
gives IPython the French display of tables, neighbourhoods, findings and decisions.
"""
