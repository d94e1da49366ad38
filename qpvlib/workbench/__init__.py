"""What someone explores with: JupyterLab as the project wants it, the explorer, workbooks.

Nothing that publishes needs it; its libraries (extra ``lab``) are imported here only, when used.
Gives notebooks ``explore`` and ``to_excel``; the command, ``qpv lab``.
"""
