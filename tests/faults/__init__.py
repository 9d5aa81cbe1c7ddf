"""What a bad network, a bad server and a bad machine make of the signed-in program.

``python -m tests.faults`` plays every fault at every place and prints the figures.
"""
