"""`python -m gongji`."""

from gongji.cli import main

main()
