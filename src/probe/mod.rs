//! The proof from outside: the name resolves and the game answers.
