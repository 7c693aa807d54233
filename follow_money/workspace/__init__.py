"""The workspace: where registers are screened, what people judge and decide is kept, and packets are written."""
