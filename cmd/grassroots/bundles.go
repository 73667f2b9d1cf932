package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"grassroots/app/bundles"
	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/bundle"
	"grassroots/models/format"
	"grassroots/models/store"
)

// isBundle tells whether a path is a bundle and not a Markdown file or a folder
// of them.
func isBundle(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, fmt.Errorf("%s cannot be read: %w", path, plainPath(err))
	}
	if !info.IsDir() {
		return archive.IsZip(path), nil
	}
	_, err = os.Stat(filepath.Join(path, bundle.ManifestFile))
	return err == nil, nil
}

// checkedBundles are bundles that were found to be right, with their paths.
type checkedBundles struct {
	paths []string
	list  []*bundles.Import

	doubts []string // places that may be personal data
	more   int      // how many there are beside
}

// checkBundles reads every bundle and reports everything that is wrong with
// any. What it gives is to be closed in any case.
func checkBundles(ctx context.Context, env *Env, r *instance, paths []string) (*checkedBundles, error) {
	c := &checkedBundles{}
	var problems problemList
	for _, path := range paths {
		bar := &counting{env: env, what: "Checking"}
		checked, err := r.Bundles.Check(ctx, path, bar.tell)
		bar.end()
		if format.Problems(err) != nil {
			for _, p := range format.Problems(err) {
				problems = append(problems, p.String())
			}
			continue
		}
		if err != nil {
			return c, err
		}
		c.paths, c.list = append(c.paths, path), append(c.list, checked)
		doubts, more := checked.Doubts()
		c.doubts, c.more = append(c.doubts, doubts...), c.more+more
	}
	return c, problems.report(env)
}

// signatures says whom the signed bundles are from, and refuses them all when
// one was changed since or is from nobody who is known.
func (c *checkedBundles) signatures(ctx context.Context, env *Env, r *instance, key string) error {
	for n, i := range c.list {
		signature, sums := i.Signature()
		if signature == nil && key == "" {
			continue
		}
		from, err := r.Exchange.CheckBundle(ctx, signature, sums, key)
		if err != nil {
			return fmt.Errorf("nothing was imported: %s: %w", c.paths[n], err)
		}
		if _, err := fmt.Fprintf(env.Out, "%s: signed by %s, and as it was signed.\n", c.paths[n], from); err != nil {
			return err
		}
	}
	return nil
}

func (c *checkedBundles) close() error {
	var errs []error
	for _, i := range c.list {
		errs = append(errs, i.Close())
	}
	return errors.Join(errs...)
}

// store keeps the attachments before the transaction; drop removes them when
// that failed.
func (c *checkedBundles) store(ctx context.Context) error {
	for _, i := range c.list {
		if err := i.StoreFiles(ctx); err != nil {
			return errors.Join(err, c.drop(ctx))
		}
	}
	return nil
}

func (c *checkedBundles) drop(ctx context.Context) error {
	var errs []error
	for _, i := range c.list {
		errs = append(errs, i.DropFiles(ctx))
	}
	return errors.Join(errs...)
}

func (c *checkedBundles) apply(ctx context.Context, env *Env, dryRun bool, done *imported) error {
	for n, i := range c.list {
		bar := &counting{env: env, what: "Importing"}
		run := i.Apply
		if dryRun {
			run = i.Plan
		}
		report, err := run(ctx, bar.tell)
		bar.end()
		if err != nil {
			return fmt.Errorf("%s: %w", c.paths[n], err)
		}
		for _, l := range report.Lines {
			switch l.Outcome {
			case bundles.Kept:
				done.lines = append(done.lines, fmt.Sprintf("%s: %s (%s) stays as it is here, because it was changed here later", c.paths[n], l.ID, l.Title))
			case bundles.Elsewhere:
				done.lines = append(done.lines, fmt.Sprintf("%s: %s (%s) is left out, because it is a copy of one of another instance: take it from there (exchange add)", c.paths[n], l.ID, l.Title))
			}
		}
		done.bundles = append(done.bundles, report.Sentence())
	}
	return nil
}

// counting draws a bar once it hears of how many.
type counting struct {
	env  *Env
	what string
	bar  *progressbar.ProgressBar
}

func (c *counting) tell(done, total int) {
	if c.bar == nil {
		c.bar = progress(c.env, c.what, total)
	}
	_ = c.bar.Set(done) // a bar that cannot be drawn stops nothing
}

func (c *counting) end() {
	if c.bar != nil {
		_ = c.bar.Finish()
	}
}

// exportCommand takes case studies out.
type exportCommand struct {
	Path         string `arg:"" help:"A new folder, one with an earlier export, or a file that ends in .zip." type:"path"`
	Since        string `placeholder:"DATE" help:"Only what has changed since a day (YYYY-MM-DD, UTC) or a time (RFC 3339), by any of its times."`
	Organisation string `placeholder:"CODE" help:"Only case studies of the organisation with this ODS code."`
	Signed       bool   `help:"Sign the bundle with the key of this instance, so that whoever imports it knows whom it is from and that nobody changed it."`
	NoEmails     bool   `name:"no-emails" help:"Leave out the e-mail addresses of authors and people, for a bundle that others will read."`
}

// Run writes the bundle, while the site may go on serving.
func (c exportCommand) Run(ctx context.Context, env *Env) error {
	filter := store.ExportFilter{Organisation: strings.ToUpper(c.Organisation)}
	if c.Organisation != "" && !models.ValidODSCode(filter.Organisation) {
		return usagef("--organisation must be an ODS code such as RR8")
	}
	var err error
	if filter.Since, err = sinceTime(c.Since); err != nil {
		return err
	}
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{noIndex: true})
	if err != nil {
		return err
	}
	return errors.Join(c.export(ctx, env, r, filter), r.Close())
}

func (c exportCommand) export(ctx context.Context, env *Env, r *instance, filter store.ExportFilter) error {
	to, err := archive.Create(c.Path, bundle.Layout())
	if err != nil {
		return err
	}
	defer to.Abort()
	bar := &counting{env: env, what: "Exporting"}
	options := bundles.ExportOptions{ExportFilter: filter, Emails: !c.NoEmails, Progress: bar.tell}
	if c.Signed {
		if options.Sign, err = r.Exchange.BundleSigner(ctx); err != nil {
			return err
		}
	}
	out, err := r.Bundles.Export(ctx, to, options)
	bar.end()
	if err != nil {
		return err
	}
	for _, name := range out.Missing {
		if _, err := fmt.Fprintf(env.Err, "The attachment %s is not where files are kept, and was left out.\n", name); err != nil {
			return err
		}
	}
	if err := r.Site.Store.Leave(ctx); err != nil {
		return err
	}
	said := counted(out.Comments, "comment", "comments")
	if out.Adoptions > 0 {
		said += ", " + counted(out.Adoptions, "adoption", "adoptions")
	}
	_, err = fmt.Fprintf(env.Out, "%s: %s, with %s, %s and %s.\n", c.Path, counted(out.CaseStudies, "case study", "case studies"),
		counted(out.Revisions, "revision", "revisions"), said, counted(out.Attachments, "attachment", "attachments"))
	return err
}

// sinceTime reads a day or a time; nothing is the zero time.
func sinceTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usagef("--since must be a day such as 2026-01-31, or a time such as 2026-01-31T09:30:00Z")
}
