"""What a bad network, a bad server and a bad machine do to the signed-in program.

``python -m tests.faults`` tries every fault at every position and prints the figures.
"""
