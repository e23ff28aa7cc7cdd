//go:build tools

// Package etcd pins the store under the control plane of the conformance tier. It is a module of its own because its
// dependencies and those of Kubernetes do not agree.
package etcd

import _ "go.etcd.io/etcd/server/v3"
