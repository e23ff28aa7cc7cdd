//! What others do to a lab is seen, told apart from our own intent, and put back or kept.

use lab2048::app::Exit;
use lab2048::sandbox::k8s::objects;
use serde_json::json;

use crate::harness::Lab;
