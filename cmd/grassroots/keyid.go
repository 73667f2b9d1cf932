package main

import (
	"regexp"

	"github.com/alecthomas/kong"
)

// keyID is the id of a key that signs, as `exchange key` prints it: its
// thumbprint by RFC 7638, in base64url without padding.
type keyID string

// thumbprint is the shape of a keyID. One in 64 begins with a hyphen.
var thumbprint = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// Decode takes the id from the arguments. The parser refuses what begins with
// a hyphen, since it looks like an option, so an id that does is taken by its
// shape.
func (k *keyID) Decode(ctx *kong.DecodeContext) error {
	if next := ctx.Scan.Peek(); thumbprint.MatchString(next.String()) {
		*k = keyID(ctx.Scan.Pop().String())
		return nil
	}
	var id string
	if err := ctx.Scan.PopValueInto("string", &id); err != nil {
		return err
	}
	*k = keyID(id)
	return nil
}
