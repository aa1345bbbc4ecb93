"""What a pull request changes, told in a comment: the trusted side, which reads what an untrusted build left and runs nothing of it.

It needs Python's own library alone, so that a job with the right to comment installs nothing.
"""
