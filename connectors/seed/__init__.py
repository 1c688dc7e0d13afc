"""The people and events that every imitation and the seeded store agree on, made up as they are asked for."""
