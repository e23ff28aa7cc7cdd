//! What the user types: clap types and their conversion to requests of the app.
