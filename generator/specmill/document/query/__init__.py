"""JSONPath (RFC 9535) with bounded work: ``jsonpath`` reads a query, the others are what it is made of."""
