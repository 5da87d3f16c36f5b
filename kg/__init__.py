"""Turn listing pages of machine-learning papers into one typed graph of claims.

Importing this package does no input or output and loads no model.
"""

__version__ = "0.1.0"
