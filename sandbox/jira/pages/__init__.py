"""Web pages on which a person looks at issues and works on them."""
