"""Records that are served from the contract alone, and what hand-written code adds to them."""
