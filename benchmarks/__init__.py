"""What wan_widgets costs and how promptly it tells, beside other clients: ``python -m benchmarks``."""
