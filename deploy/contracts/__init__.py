"""The contract as documents: JSON Schema, AsyncAPI, OpenAPI and a page, all made from `shared/contracts`."""
