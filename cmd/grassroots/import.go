package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"grassroots/app/casestudies"
	"grassroots/models"
)

// importCommand brings case studies in from files.
type importCommand struct {
	Paths     []string `arg:"" name:"path" help:"Markdown files in the case study format, folders of them, or bundles (a folder or a .zip)." type:"path"`
	DryRun    bool     `name:"dry-run" help:"Only say what would be done."`
	Overwrite bool     `help:"Let a Markdown file win also where its case study was changed on the site later."`
	Key       keyID    `placeholder:"ID" help:"Take bundles alone that are signed with the key of this id, as those who made them told you."`
	AddIDs    bool     `name:"add-ids" help:"Write the ids of new case studies into the files that had none, so that the next import knows them."`
}

// Run reads everything before it writes anything, so that one file with a
// fault changes nothing.
func (c importCommand) Run(ctx context.Context, env *Env) error {
	paths, sealed, err := c.sort()
	if err != nil {
		return err
	}
	files, err := findMarkdown(paths, len(sealed) > 0)
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
	return errors.Join(c.importAll(ctx, env, r, files, sealed), r.Close())
}

// sort tells the Markdown files and folders of them from the bundles.
func (c importCommand) sort() (markdown, sealed []string, err error) {
	for _, p := range c.Paths {
		is, err := isBundle(p)
		switch {
		case err != nil:
			return nil, nil, err
		case is:
			sealed = append(sealed, p)
		default:
			markdown = append(markdown, p)
		}
	}
	return markdown, sealed, nil
}

// importAll checks the bundles, then writes files and bundles in one
// transaction. A dry run does all but write.
func (c importCommand) importAll(ctx context.Context, env *Env, r *instance, files *markdownFiles, sealed []string) (err error) {
	checked, err := checkBundles(ctx, env, r, sealed)
	defer func() { err = errors.Join(err, checked.close()) }()
	if err != nil {
		return err
	}
	if err := checked.signatures(ctx, env, r, string(c.Key)); err != nil {
		return err
	}
	account, transaction := r.Importer, r.store.Tx
	if c.DryRun { // which neither makes an account nor keeps writers waiting
		account, transaction = r.WhoImported, r.store.View
	} else if err := checked.store(ctx); err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	var done imported
	err = transaction(ctx, func(ctx context.Context) error {
		done = imported{counts: map[casestudies.Outcome]int{}}
		if len(files.list) > 0 {
			who, err := account(ctx)
			if err != nil {
				return err
			}
			if err := c.importMarkdown(ctx, env, r, who, files, &done); err != nil {
				return err
			}
		}
		return checked.apply(ctx, env, c.DryRun, &done)
	})
	doubts, more := append(files.doubts, checked.doubts...), checked.more
	if err != nil {
		return errors.Join(fmt.Errorf("nothing was imported: %w", err), checked.drop(ctx))
	}
	if err := done.print(env, len(files.list) > 0, c.DryRun); err != nil {
		return err
	}
	if err := printDoubts(env, doubts, more); err != nil {
		return err
	}
	return c.noteIDs(env, files)
}

func (c importCommand) importMarkdown(ctx context.Context, env *Env, r *instance, who *models.Person, files *markdownFiles, done *imported) error {
	bar := progress(env, "Importing", len(files.list))
	defer func() { _ = bar.Finish() }()
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
		done.counts[outcome]++
		if outcome == casestudies.Kept {
			done.lines = append(done.lines, fmt.Sprintf("%s: stays as it is here, because it was changed here later (--overwrite lets the file win)", f.name))
		}
		_ = bar.Add(1) // a bar that cannot be drawn stops nothing
	}
	return nil
}

// imported is what an import did, or would do.
type imported struct {
	counts  map[casestudies.Outcome]int // of Markdown files
	lines   []string
	bundles []string // a sentence each
}

func (i *imported) print(env *Env, files, dryRun bool) error {
	sentences := i.bundles
	if files {
		sentences = append([]string{summary(i.counts)}, sentences...)
	}
	for n, text := range sentences {
		if dryRun {
			text = "It would be: " + text + ". Nothing was changed"
		}
		sentences[n] = text + "."
	}
	_, err := fmt.Fprintln(env.Out, strings.Join(append(i.lines, sentences...), "\n"))
	return err
}

// printDoubts names the places that may be personal data, of which nobody was
// asked.
func printDoubts(env *Env, doubts []string, more int) error {
	if len(doubts) == 0 {
		return nil
	}
	if more > 0 {
		doubts = append(doubts, fmt.Sprintf("And %d more.", more))
	}
	_, err := fmt.Fprintf(env.Err, "These may be personal data. Look at each; moderators see those of what is new under Moderation, without what stands there:\n%s\n", strings.Join(doubts, "\n"))
	return err
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

// summary says what was done with Markdown files.
func summary(counts map[casestudies.Outcome]int) string {
	text := fmt.Sprintf("%d created, %d updated, %d unchanged", counts[casestudies.Created], counts[casestudies.Updated], counts[casestudies.Unchanged])
	if n := counts[casestudies.Kept]; n > 0 {
		text += fmt.Sprintf(", %d kept as changed here", n)
	}
	return text
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
