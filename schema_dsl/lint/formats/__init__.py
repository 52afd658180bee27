"""Report formats for other programs, one module per format."""
