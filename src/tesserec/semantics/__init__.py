"""What texts and histories are about: keywords, topics, profiles."""
