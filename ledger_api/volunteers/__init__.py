"""What one member served, holds, redeemed, provides and asked for: lists that go on where the member's page ends."""
