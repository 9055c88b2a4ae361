"""A run told to people and machines: lines, JSON, JUnit, one HTML page. No secret is in any of them."""
