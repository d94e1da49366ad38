"""What a page is made of, whatever shows it.

Gives the other rooms exhibits.
"""
