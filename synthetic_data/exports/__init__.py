"""The region as register exports: one function a delivery, each in the dialect of its source."""
