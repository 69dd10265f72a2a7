"""What people and programs see: API, portal pages, exports, relayer."""
