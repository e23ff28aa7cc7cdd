"""The pages of the books that are made from the program and from its catalogues."""
