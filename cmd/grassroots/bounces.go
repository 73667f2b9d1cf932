package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// bouncesCommand takes what a mail server reports of a message of ours: set it as
// the program that gets the mail of the address that e-mail is sent from.
type bouncesCommand struct{}

// Run reads one message from standard input.
func (bouncesCommand) Run(ctx context.Context, env *Env) (err error) {
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{noIndex: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	what, err := r.mail.Report(ctx, os.Stdin)
	if err == nil {
		_, err = fmt.Fprintln(env.Out, what)
	}
	return err
}
