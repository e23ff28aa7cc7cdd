//! The AWS half on its wire: raw requests with the bytes they get, and the SDK's own opinion of those bytes.

mod fixture;
mod sdk;
