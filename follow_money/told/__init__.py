"""What is told of a run, in sentences and tables: queue, explanations, trails, what another threshold would do. It reads results and decides nothing."""
