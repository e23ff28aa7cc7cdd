//! Templates to objects: Tera over a typed context; pure, so that the same input gives the same bytes.
