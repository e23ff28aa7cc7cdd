//go:build tools

// Package tools pins the older kubectl that the conformance tier builds.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kubectl"
)
