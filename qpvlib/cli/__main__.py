from qpvlib.cli import main

main()
