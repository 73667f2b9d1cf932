package main

import (
	"context"
	"errors"
	"fmt"

	"grassroots/app/exchange"
	"grassroots/models"
)

// exchangeCommand groups what is done with other instances.
type exchangeCommand struct {
	Add    exchangeAddCommand    `cmd:"" help:"Take case studies from another instance from now on."`
	List   exchangeListCommand   `cmd:"" help:"List the instances that case studies are taken from, and how each is doing."`
	Remove exchangeRemoveCommand `cmd:"" help:"Take nothing more from an instance."`
	Sync   exchangeSyncCommand   `cmd:"" help:"Ask for what has changed now, rather than in a few minutes."`
	Verify exchangeVerifyCommand `cmd:"" help:"Check every copy against what was signed where it is from; 1 when one was changed."`
	Key    exchangeKeyCommand    `cmd:"" help:"Print the id of the key with which this instance signs."`
	NewKey exchangeNewKeyCommand `cmd:"" name:"new-key" help:"Make a new key, signed with the one before, so that others come to trust it."`
}

// exchanging opens the instance, does something with its exchange and closes
// it.
func exchanging(ctx context.Context, env *Env, do func(r *instance) error) error {
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{noIndex: true})
	if err != nil {
		return err
	}
	return errors.Join(do(r), r.Close())
}

// byOperator is who did what the command line did.
const byOperator = "an operator, on the command line"

type exchangeAddCommand struct {
	URL string `arg:"" help:"Address of the instance, such as https://grassroots.example.nhs.uk"`
	Key keyID  `placeholder:"ID" help:"Id of its key, as its operators told you: then no other is trusted."`
}

// Run adds the instance, and says which key is trusted.
func (c exchangeAddCommand) Run(ctx context.Context, env *Env) error {
	return exchanging(ctx, env, func(r *instance) error {
		o, err := r.Exchange.Add(ctx, c.URL, string(c.Key), byOperator)
		if err != nil {
			return plainFields(err)
		}
		_, err = fmt.Fprintf(env.Out, "Case studies are taken from %s from now on, signed with the key %s.\n", o.URL, exchange.KeyOf(o))
		return err
	})
}

// plainFields says what is wrong with the one thing that was typed, without
// naming the field of a form.
func plainFields(err error) error {
	if list := models.Fields(err); len(list) > 0 {
		return errors.New(list[0].Message)
	}
	return err
}

type exchangeListCommand struct{}

// Run lists the instances.
func (exchangeListCommand) Run(ctx context.Context, env *Env) error {
	return exchanging(ctx, env, func(r *instance) error {
		list, err := r.Exchange.List(ctx)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			_, err := fmt.Fprintln(env.Out, "Case studies are taken from no other instance. Add one with grassroots exchange add URL.")
			return err
		}
		for _, o := range list {
			if _, err := fmt.Fprintf(env.Out, "%s\n  %s\n  %s\n  key %s\n", o.URL, o.Says(), o.Counts(), exchange.KeyOf(o.Origin)); err != nil {
				return err
			}
			for _, no := range o.Refused {
				if _, err := fmt.Fprintf(env.Out, "  %s was not taken: %s\n", no.CaseStudyID, no.Why); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

type exchangeRemoveCommand struct {
	URL    string `arg:"" help:"Address of the instance."`
	Copies string `default:"keep" enum:"keep,withdraw" help:"What becomes of its copies: keep them as they are, or withdraw them here (${enum})."`
}

// Run removes the instance.
func (c exchangeRemoveCommand) Run(ctx context.Context, env *Env) error {
	return exchanging(ctx, env, func(r *instance) error {
		o, err := r.Exchange.Find(ctx, c.URL)
		if err != nil {
			return err
		}
		if err := r.Exchange.Remove(ctx, o, c.Copies == "withdraw", byOperator); err != nil {
			return err
		}
		said := "its copies stay as they are"
		if c.Copies == "withdraw" {
			said = "its copies are withdrawn"
			if err := r.Exchange.Drop(ctx, o.ID); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(env.Out, "Nothing more is taken from %s; %s.\n", o.URL, said)
		return err
	})
}

type exchangeSyncCommand struct {
	URL string `arg:"" optional:"" help:"Address of one instance; all of them when not given."`
}

// Run asks the instances, every one even where another fails.
func (c exchangeSyncCommand) Run(ctx context.Context, env *Env) error {
	return exchanging(ctx, env, func(r *instance) error {
		var list []models.Origin
		if c.URL != "" {
			o, err := r.Exchange.Find(ctx, c.URL)
			if err != nil {
				return err
			}
			list = []models.Origin{o}
		} else {
			all, err := r.Exchange.List(ctx)
			if err != nil {
				return err
			}
			for _, o := range all {
				if o.Active() {
					list = append(list, o.Origin)
				}
			}
		}
		var failed []error
		for _, o := range list {
			if err := syncOne(ctx, env, r, o); err != nil {
				failed = append(failed, err)
			}
		}
		return errors.Join(failed...)
	})
}

func syncOne(ctx context.Context, env *Env, r *instance, o models.Origin) error {
	for {
		report, err := r.Exchange.Sync(ctx, o, exchange.SyncOptions{All: true})
		for _, no := range report.Refused {
			if _, err := fmt.Fprintf(env.Err, "%s: %s was not taken: %s\n", o.URL, no.CaseStudyID, no.Why); err != nil {
				return err
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %s", o.URL, exchange.Explain(err))
		}
		left := ""
		if report.LeftOut > 0 {
			left = fmt.Sprintf(", %d left out", report.LeftOut)
		}
		_, err = fmt.Fprintf(env.Out, "%s: %d new, %d changed, %d withdrawn, %d refused%s.\n", o.URL, report.New, report.Changed, report.Withdrawn, len(report.Refused), left)
		if err != nil || !report.More {
			return err
		}
		if o, err = r.Exchange.Find(ctx, o.URL); err != nil {
			return err
		}
	}
}

type exchangeVerifyCommand struct{}

// Run checks the copies and names those that were changed.
func (exchangeVerifyCommand) Run(ctx context.Context, env *Env) error {
	return exchanging(ctx, env, func(r *instance) error {
		report, err := r.Exchange.Verify(ctx, nil)
		if err != nil {
			return err
		}
		for _, no := range report.Faults {
			if _, err := fmt.Fprintf(env.Err, "%s (%s) from %s: %s\n", no.ID, no.Title, no.Origin, no.Why); err != nil {
				return err
			}
		}
		if n := len(report.Faults); n > 0 {
			return fmt.Errorf("of %s, %d are not what was signed; grassroots exchange sync fetches them again", counted(report.Checked, "copy", "copies"), n)
		}
		_, err = fmt.Fprintf(env.Out, "%s checked: each is what was signed where it is from.\n", counted(report.Checked, "copy", "copies"))
		return err
	})
}

type exchangeKeyCommand struct{}

// Run prints the id of the key and nothing else.
func (exchangeKeyCommand) Run(ctx context.Context, env *Env) error {
	return exchanging(ctx, env, func(r *instance) error {
		key, err := r.Exchange.Key(ctx)
		if err == nil {
			_, err = fmt.Fprintln(env.Out, key.ID())
		}
		return err
	})
}

type exchangeNewKeyCommand struct {
	Lost bool `help:"The key of the present cannot be read any more, so it cannot sign the new one: others have to add this instance anew."`
}

// Run makes the key and prints its id.
func (c exchangeNewKeyCommand) Run(ctx context.Context, env *Env) error {
	return exchanging(ctx, env, func(r *instance) error {
		key, err := r.Exchange.ReplaceKey(ctx, c.Lost)
		if err == nil {
			_, err = fmt.Fprintln(env.Out, key.ID())
		}
		return err
	})
}
