package provider

import (
	"errors"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// because is an error with a word for why somebody was refused, fit for the
// audit record: it has nothing of what the answer or a token said.
func because(why string, err error) error { return reasoned{why, err} }

type reasoned struct {
	why string
	error
}

// Unwrap gives the error that has the details, for the log.
func (r reasoned) Unwrap() error { return r.error }

// unbelieved gives the word for what the library does not believe of an id token,
// by what it says in the version that is pinned; a test holds each.
func unbelieved(err error) error {
	var expired *oidc.TokenExpiredError
	switch known := (reasoned{}); {
	case errors.As(err, &known):
		return err
	case errors.As(err, &expired):
		return because("expired", err)
	case strings.Contains(err.Error(), "issued by a different provider"):
		return because("issuer", err)
	case strings.Contains(err.Error(), "expected audience"):
		return because("audience", err)
	}
	return because("signature", err)
}

// Reason gives in one word why an answer was refused; empty for an error that
// does not say, such as that the provider is away.
func Reason(err error) string {
	var known reasoned
	if errors.As(err, &known) {
		return known.why
	}
	return ""
}
