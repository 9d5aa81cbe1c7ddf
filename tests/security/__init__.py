"""What an attacker, a careless neighbour or a curious server may try, with a test for each.

`checklist.py` says which test keeps which promise.
"""
