import os

# No test may reach for a model hub.
os.environ["HF_HUB_OFFLINE"] = "1"
