package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"grassroots/app/casestudies"
	"grassroots/app/organisations"
	"grassroots/models"
	"grassroots/models/format"
)

// importCommand brings case studies in from files.
type importCommand struct {
	Paths  []string `arg:"" name:"path" help:"Markdown files in the case study format, or folders of them." type:"path"`
	DryRun bool     `name:"dry-run" help:"Only say what would be done."`
}

// Run reads every file before it writes any, so that one with a fault changes
// nothing.
func (c importCommand) Run(ctx context.Context, env *Env) error {
	files, err := readFiles(c.Paths)
	if err != nil {
		return err
	}
	if c.DryRun {
		_, err := fmt.Fprintf(env.Out, "%d case studies can be imported. Nothing was changed.\n", len(files))
		return err
	}
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{noIndex: !env.Meilisearch()})
	if err != nil {
		return err
	}
	return errors.Join(importFiles(ctx, env, r, files), r.Close())
}

func importFiles(ctx context.Context, env *Env, r *instance, files []format.File) error {
	who, err := r.Importer(ctx)
	if err != nil {
		return err
	}
	bar := progress(env, len(files))
	counts := map[casestudies.Outcome]int{}
	err = r.store.Tx(ctx, func(ctx context.Context) error {
		clear(counts)
		for _, f := range files {
			_, outcome, err := r.CaseStudies.Import(ctx, who, f, false)
			if err != nil {
				return fmt.Errorf("%s: %w", f.Title, err)
			}
			counts[outcome]++
			_ = bar.Add(1) // a bar that cannot be drawn stops nothing
		}
		return nil
	})
	_ = bar.Finish()
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	_, err = fmt.Fprintf(env.Out, "%d created, %d updated, %d unchanged.\n", counts[casestudies.Created], counts[casestudies.Updated], counts[casestudies.Unchanged])
	return err
}

func progress(env *Env, n int) *progressbar.ProgressBar {
	if !isTerminal(env.Err) {
		return progressbar.DefaultSilent(int64(n))
	}
	return progressbar.NewOptions(n, progressbar.OptionSetWriter(env.Err), progressbar.OptionSetDescription("Importing"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
}

// readFiles parses every Markdown file of the paths; the error lists every
// problem of every file, a line each.
func readFiles(paths []string) ([]format.File, error) {
	var names []string
	for _, p := range paths {
		err := filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !d.IsDir() && strings.EqualFold(filepath.Ext(path), ".md") && !strings.EqualFold(filepath.Base(path), "README.md") {
				names = append(names, path)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", p, err)
		}
	}
	if len(names) == 0 {
		return nil, usagef("no Markdown file was found in %s", strings.Join(paths, ", "))
	}
	slices.Sort(names)
	var files []format.File
	var problems []string
	seen := map[string]string{}
	for _, name := range slices.Compact(names) {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", name, err)
		}
		f, err := format.Parse(name, src)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		if first := seen[f.ID]; f.ID != "" && first != "" {
			problems = append(problems, fmt.Sprintf("%s:1: the id %s is that of %s too", name, f.ID, first))
		}
		seen[f.ID] = name
		files = append(files, f)
	}
	if len(problems) > 0 {
		return nil, errors.New("nothing was imported:\n" + strings.Join(problems, "\n"))
	}
	return files, nil
}

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
