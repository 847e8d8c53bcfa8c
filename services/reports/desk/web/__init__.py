"""The desk as web pages, server-rendered."""
