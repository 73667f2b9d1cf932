package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"grassroots/app/casestudies"
)

// importCommand brings case studies in from files.
type importCommand struct {
	Paths     []string `arg:"" name:"path" help:"Markdown files in the case study format, or folders of them." type:"path"`
	DryRun    bool     `name:"dry-run" help:"Only say what would be done."`
	Overwrite bool     `help:"Let a Markdown file win also where its case study was changed on the site later."`
	AddIDs    bool     `name:"add-ids" help:"Write the ids of new case studies into the files that had none, so that the next import knows them."`
}

// Run reads every file before it writes any, so that one with a fault changes
// nothing.
func (c importCommand) Run(ctx context.Context, env *Env) error {
	files, err := findMarkdown(c.Paths)
	if err != nil {
		return err
	}
	if err := files.check(env); err != nil {
		return err
	}
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{noIndex: !env.Meilisearch()})
	if err != nil {
		return err
	}
	return errors.Join(c.importMarkdown(ctx, env, r, files), r.Close())
}

func (c importCommand) importMarkdown(ctx context.Context, env *Env, r *instance, files *markdownFiles) error {
	account, transaction := r.Importer, r.store.Tx
	if c.DryRun { // which neither makes an account nor keeps writers waiting
		account, transaction = r.WhoImported, r.store.View
	}
	who, err := account(ctx)
	if err != nil {
		return err
	}
	bar := progress(env, "Importing", len(files.list))
	counts := map[casestudies.Outcome]int{}
	var kept []string
	err = transaction(ctx, func(ctx context.Context) error {
		clear(counts)
		kept = nil
		for i := range files.list {
			f := &files.list[i]
			parsed, err := f.read()
			if err != nil {
				return err
			}
			cs, outcome, err := r.CaseStudies.Import(ctx, who, parsed, casestudies.ImportOptions{Overwrite: c.Overwrite, DryRun: c.DryRun})
			if err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
			f.made = cs.ID
			counts[outcome]++
			if outcome == casestudies.Kept {
				kept = append(kept, fmt.Sprintf("%s: stays as it is here, because it was changed here later (--overwrite lets the file win)", f.name))
			}
			_ = bar.Add(1) // a bar that cannot be drawn stops nothing
		}
		return nil
	})
	_ = bar.Finish()
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	for _, line := range kept {
		if _, err := fmt.Fprintln(env.Out, line); err != nil {
			return err
		}
	}
	if _, err = fmt.Fprintln(env.Out, summary(counts, c.DryRun)); err != nil {
		return err
	}
	return c.noteIDs(env, files)
}

// noteIDs writes ids into the files that had none, or says that they had none:
// without one, a file that is changed becomes a new case study.
func (c importCommand) noteIDs(env *Env, files *markdownFiles) error {
	var without int
	for _, f := range files.list {
		if f.hasID {
			continue
		}
		without++
		if c.AddIDs && !c.DryRun {
			if err := f.addID(); err != nil {
				return fmt.Errorf("%s is imported as %s, but this could not be written into the file: %w", f.name, f.made, err)
			}
		}
	}
	var err error
	switch {
	case without == 0 || c.DryRun:
	case c.AddIDs:
		_, err = fmt.Fprintf(env.Out, "%s its id now.\n", counted(without, "file has", "files have"))
	default:
		_, err = fmt.Fprintf(env.Out, "%s no id: once it says something else, it is imported as a new case study. --add-ids writes ids into the files.\n",
			counted(without, "file has", "files have"))
	}
	return err
}

// summary says what was done, or would be.
func summary(counts map[casestudies.Outcome]int, dryRun bool) string {
	text := fmt.Sprintf("%d created, %d updated, %d unchanged", counts[casestudies.Created], counts[casestudies.Updated], counts[casestudies.Unchanged])
	if n := counts[casestudies.Kept]; n > 0 {
		text += fmt.Sprintf(", %d kept as changed here", n)
	}
	if dryRun {
		return "It would be: " + text + ". Nothing was changed."
	}
	return text + "."
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// problemList is what was found wrong with files. Each stands on a line of its
// own, as "file:line: message", for people and programs to find.
type problemList []string

// report prints the problems and gives the error that ends the command, nil
// when there are none.
func (p problemList) report(env *Env) error {
	if len(p) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(env.Err, strings.Join(p, "\n")); err != nil {
		return err
	}
	return fmt.Errorf("nothing was imported: %s above", counted(len(p), "problem is listed", "problems are listed"))
}
