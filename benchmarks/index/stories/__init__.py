"""What happens in the town on paper: a generator for each kind of story.

It yields the events of one act after the other, or the moment before which it does not go on. What becomes of requests,
tasks, redemptions and gifts falls out as often as it did in the demo town.
"""
