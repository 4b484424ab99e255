"""The sequence transformer: net, losses, sampling, batches, training.

`tesserec.recommenders.neural` wraps it as a recommender.
"""
