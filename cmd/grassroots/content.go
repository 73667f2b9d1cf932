package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"grassroots/app/organisations"
	"grassroots/models"
)

// organisationsCommand groups what is done with organisations.
type organisationsCommand struct {
	Import organisationsImportCommand `cmd:"" help:"Bring organisations in from an ODS file or a CSV with a header."`
}

type organisationsImportCommand struct {
	File   string `arg:"" help:"An ODS file as NHS England publishes it (27 columns, no header), or a CSV with a header code,name,…" type:"existingfile"`
	DryRun bool   `name:"dry-run" help:"Only say what would be done."`
}

// Run imports the file, or nothing when a row of it cannot be read.
func (c organisationsImportCommand) Run(ctx context.Context, env *Env) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	st, err := openStore(ctx, env, false)
	if err != nil {
		return err
	}
	report, err := organisations.Import(ctx, st, filepath.Base(c.File), file, c.DryRun)
	if err == nil {
		verb := "Organisations"
		if c.DryRun {
			verb = "Organisations, nothing changed yet"
		}
		_, err = fmt.Fprintf(env.Out, "%s: %d new, %d changed, %d as they were, %d of them closed.\n", verb, report.Created, report.Updated, report.Unchanged, report.Closed)
	}
	return errors.Join(err, st.Close())
}

// reindexCommand makes the search index again.
type reindexCommand struct{}

// Run rebuilds the index, or asks the server that holds it to.
func (reindexCommand) Run(ctx context.Context, env *Env) error {
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{})
	if errors.Is(err, errIndexHeld) {
		return askForRebuild(ctx, env)
	}
	if err != nil {
		return err
	}
	n, err := r.Finding.Rebuild(ctx)
	if err == nil {
		_, err = fmt.Fprintf(env.Out, "The search index is rebuilt: %d documents.\n", n)
	}
	return errors.Join(err, r.Close())
}

func askForRebuild(ctx context.Context, env *Env) error {
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{noIndex: true})
	if err != nil {
		return err
	}
	err = r.Finding.AskForRebuild(ctx)
	if err == nil {
		_, err = fmt.Fprintln(env.Out, "The running server holds the search index and has been asked to rebuild it. It goes on answering meanwhile.")
	}
	return errors.Join(err, r.Close())
}

// tokenCommand groups what is done with API tokens.
type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make the person if needed, and print an API token."`
}

type tokenCreateCommand struct {
	Email   string `required:"" help:"E-mail address of the person."`
	Name    string `help:"Name of the person, if they are new."`
	Role    string `default:"member" enum:"member,lead,organiser,moderator,admin" help:"Role to grant: ${enum}."`
	Expires string `placeholder:"DATE" help:"Last day of the token, YYYY-MM-DD; without it the token does not expire."`
}

// Run prints the token and nothing else to standard output.
func (c tokenCreateCommand) Run(ctx context.Context, env *Env) error {
	if !models.ValidEmail(c.Email) {
		return usagef("--email must be an e-mail address such as name@nhs.net")
	}
	expires, err := endOfDay(c.Expires, env.Now())
	if err != nil {
		return err
	}
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{noIndex: true})
	if err != nil {
		return err
	}
	secret, err := r.IssueToken(ctx, c.Email, c.Name, models.Role(c.Role), expires)
	if err == nil {
		_, err = fmt.Fprintln(env.Out, secret)
	}
	return errors.Join(err, r.Close())
}

// personCommand groups what is done with people.
type personCommand struct {
	Role personRoleCommand `cmd:"" help:"Grant a role to a person."`
}

type personRoleCommand struct {
	Email        string `arg:"" help:"E-mail address of the person."`
	Role         string `arg:"" enum:"member,lead,organiser,moderator,admin" help:"Role to grant: ${enum}."`
	Organisation string `placeholder:"CODE" help:"ODS code of the organisation that a lead is lead of."`
}

// Run grants the role.
func (c personRoleCommand) Run(ctx context.Context, env *Env) error {
	role := models.Role(c.Role)
	if role == models.RoleLead && !models.ValidODSCode(c.Organisation) {
		return usagef("a lead is lead of an organisation: add --organisation with its ODS code, such as RR8")
	}
	if role != models.RoleLead && c.Organisation != "" {
		return usagef("--organisation goes with the role lead alone")
	}
	st, err := openStore(ctx, env, false)
	if err != nil {
		return err
	}
	p, err := st.PersonByEmail(ctx, c.Email)
	if err == nil {
		err = st.Grant(ctx, p.ID, models.Grant{Role: role, Organisation: c.Organisation})
	}
	if err == nil {
		_, err = fmt.Fprintf(env.Out, "%s is %s now.\n", p.Name, c.Role)
	}
	return errors.Join(err, st.Close())
}

// endOfDay gives the end, in UTC, of a day written YYYY-MM-DD; nil for none.
func endOfDay(day string, now time.Time) (*time.Time, error) {
	if day == "" {
		return nil, nil
	}
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil, usagef("--expires must be a day such as 2027-03-31")
	}
	t = t.AddDate(0, 0, 1)
	if !t.After(now) {
		return nil, usagef("--expires must not lie in the past")
	}
	return &t, nil
}
