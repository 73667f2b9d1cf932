package models

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of thing went wrong, so that one place can turn it into
// a status, an exit code or a log level.
type Kind string

// The kinds of error. Anything without one is a fault of ours (Internal).
const (
	Internal     Kind = "internal"
	Invalid      Kind = "invalid"      // the input breaks a rule: 422
	BadRequest   Kind = "bad-request"  // the request cannot be understood: 400
	Unauthorised Kind = "unauthorised" // nobody is signed in: 401
	Forbidden    Kind = "forbidden"    // signed in, but not allowed: 403
	NotFound     Kind = "not-found"    // 404
	Conflict     Kind = "conflict"     // it has changed meanwhile: 409
	Gone         Kind = "gone"         // withdrawn: 410
	Precondition Kind = "precondition" // If-Match is stale: 412
	TooLarge     Kind = "too-large"    // 413
	Unsupported  Kind = "unsupported"  // a media type that is not taken: 415
	TooMany      Kind = "too-many"     // 429
	Unavailable  Kind = "unavailable"  // something that we lean on is away: 503
)

// FieldError is one thing wrong with one field of a form or a document.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error is an error that a person may read: Message is a plain sentence that
// says what happened and what to do. Err, if any, is for the log alone.
type Error struct {
	Kind    Kind
	Message string
	Fields  []FieldError
	After   time.Duration // how long to wait before trying again; 0: not said
	Err     error
}

// Error gives the message, then each field's.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for i, f := range e.Fields {
		if i == 0 {
			b.WriteString(" (")
		} else {
			b.WriteString("; ")
		}
		b.WriteString(f.Field + ": " + f.Message)
	}
	if len(e.Fields) > 0 {
		b.WriteString(")")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// E makes an error of a kind with a sentence for a person.
func E(kind Kind, message string) *Error { return &Error{Kind: kind, Message: message} }

// Errorf makes an error of a kind with a formatted sentence for a person.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an error of a kind with a sentence for a person and a cause for
// the log.
func Wrap(kind Kind, message string, err error) *Error {
	return &Error{Kind: kind, Message: message, Err: err}
}

// KindOf gives the kind of the first Error in the chain, Internal when there
// is none, and the empty kind for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Fields gives the field errors of the first Error in the chain.
func Fields(err error) []FieldError {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

// problems gathers field errors while a document is checked.
type problems []FieldError

func (p *problems) add(field, format string, args ...any) {
	*p = append(*p, FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// err gives nil when nothing was found, else an Invalid error with the fields.
func (p problems) err(message string) error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: message, Fields: p}
}

// InvalidField is an Invalid error about one field of a form, whose message is
// that of the whole as well.
func InvalidField(field, message string) error {
	return &Error{Kind: Invalid, Message: message, Fields: []FieldError{{Field: field, Message: message}}}
}

// WithField adds what is wrong with one more field to an error of a form; err is nil, or
// such an error already.
func WithField(err error, message, field, problem string) error {
	e, ok := err.(*Error)
	if !ok {
		e = &Error{Kind: Invalid, Message: message}
	}
	e.Fields = append(e.Fields, FieldError{Field: field, Message: problem})
	return e
}
