"""Short personal texts that say why an item fits: written by a language model and checked, or by rule."""
