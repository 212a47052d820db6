//! What the slices share: the application under test, its actors, and the far ends of the channels.
