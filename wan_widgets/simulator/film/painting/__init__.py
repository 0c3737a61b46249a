"""The pictures of the simulator: a calm animated poster for every request."""
