//go:build tools

// Package kapp pins kapp.
package kapp

import _ "carvel.dev/kapp/cmd/kapp"
