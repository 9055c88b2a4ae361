"""Is this an OpenAPI document that can be worked with? ``structure`` has the story, the others a subject each."""
